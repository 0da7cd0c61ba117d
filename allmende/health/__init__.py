"""Is everything in order? The commonest mistakes of running Allmende, each looked for, each with its remedy."""
