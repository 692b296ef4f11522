"""`python -m viaggio`: the command `viaggio`, also where it is not on the PATH."""

import sys

from viaggio.cli.main import main

sys.exit(main())
