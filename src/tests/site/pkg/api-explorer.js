// The tests of the server do not build the browser's program.
