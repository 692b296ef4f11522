"""What Viaggio stands on: the workspace, landing, publishing, and the command `viaggio`."""
