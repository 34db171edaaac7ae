package io.enim.core.internal.records;

/** What a record survives from the moment its write has returned. */
public enum Durability {
    /** The death of this process. The rename alone gives that; nothing is forced to the disk. */
    PROCESS,
    /** The death of the machine: file and directory are forced to the disk. */
    MACHINE
}
