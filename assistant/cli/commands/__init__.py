"""The commands, one file each: options in, an exit status out. Each imports what is heavy when it needs it."""
