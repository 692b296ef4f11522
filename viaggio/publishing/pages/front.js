// The front page: what is published, by area.
"use strict";

document.getElementById("view").append(areas(["marts", "audit"]));
