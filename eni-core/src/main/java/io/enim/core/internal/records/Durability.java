// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.records;

/** What a record survives once its write has returned. */
public enum Durability {
    /** A crash of this process. The rename alone ensures that; nothing is forced to the disk. */
    PROCESS,
    /** A crash of the machine: file and directory are forced to the disk. */
    MACHINE
}
