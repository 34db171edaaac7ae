/**
 * Small records on disk that survive a crash. Entry: {@link io.enim.core.internal.records.RecordStore}.
 *
 * <p>One file per record, with a version in front and a checksum at the end, replaced by rename: after any crash a record
 * is as it was last written, whole, or absent. A file that cannot be read is put into {@code set-aside/} and reported;
 * it is never erased, and never prevents a start. A directory belongs to one process at a time.
 *
 * <p>A record that is to be true later is written at once and confirmed by a second rename; until then it is pending, and
 * read apart.
 *
 * <p>Files are those of a {@link io.enim.core.internal.records.Disk}: the machine's, or a simulation's.
 *
 * <p>Not promised: order between different records, and room for large ones.
 */
@NullMarked
package io.enim.core.internal.records;

import org.jspecify.annotations.NullMarked;
