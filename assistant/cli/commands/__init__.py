"""The commands, one file each: options in, an exit status out. Each imports the heavy modules when it needs them."""
