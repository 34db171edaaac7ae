// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.records;

import java.util.List;
import java.util.Map;

/**
 * The contents of a directory.
 *
 * @param records the fields of each record, by name
 * @param pending the fields of each record that was not confirmed, by name
 * @param unreadable why a record cannot be read, by name; it is where it was, and for the caller to set aside
 * @param notes the files that count for no record, why, and where they are now
 */
public record RecordContents(
        Map<String, Map<String, String>> records,
        Map<String, Map<String, String>> pending,
        Map<String, String> unreadable,
        List<String> notes) {
    public RecordContents {
        records = Map.copyOf(records);
        pending = Map.copyOf(pending);
        unreadable = Map.copyOf(unreadable);
        notes = List.copyOf(notes);
    }
}
