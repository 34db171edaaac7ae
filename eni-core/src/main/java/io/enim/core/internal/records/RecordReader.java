// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.records;

import io.enim.LedgerException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the files of a directory of records, and sets aside what is none.
 *
 * @param pending gets the name of each record that has a pending file
 */
record RecordReader(Disk disk, Path directory, RecordFormat format, SetAside aside, Set<String> pending) {
    RecordContents read() {
        Map<String, Map<String, String>> records = new LinkedHashMap<>();
        Map<String, Map<String, String>> unconfirmed = new LinkedHashMap<>();
        Map<String, String> unreadable = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        List<Path> files = files();
        Set<Path> there = Set.copyOf(files);
        for (Path file : files) {
            String fileName = file.getFileName().toString();
            try {
                String name = RecordFiles.recordName(fileName);
                boolean isPending = RecordFiles.isPending(fileName);
                if (isPending) {
                    pending.add(name);
                    requireAlone(name, there);
                }
                try {
                    (isPending ? unconfirmed : records).put(name, format.read(bytes(file)));
                } catch (RecordFormat.UnreadableException e) {
                    unreadable.put(name, String.valueOf(e.getMessage()));
                } catch (IOException e) {
                    unreadable.put(name, "it cannot be read: " + e.getMessage());
                }
            } catch (RecordFormat.UnreadableException e) {
                notes.add(aside.move(file, String.valueOf(e.getMessage())));
            }
        }
        return new RecordContents(records, unconfirmed, unreadable, notes);
    }

    private void requireAlone(String name, Set<Path> files) throws RecordFormat.UnreadableException {
        if (files.contains(directory.resolve(RecordFiles.fileName(name)))) {
            throw new RecordFormat.UnreadableException(
                    "pending beside its record, which was written later and is valid");
        }
    }

    private List<Path> files() {
        try {
            return disk.files(directory);
        } catch (IOException e) {
            throw new LedgerException("read", directory, "it must be readable: " + e.getMessage(), e);
        }
    }

    private byte[] bytes(Path file) throws IOException, RecordFormat.UnreadableException {
        byte[] bytes = disk.read(file, RecordFiles.MAX_BYTES + 1);
        if (bytes.length > RecordFiles.MAX_BYTES) {
            throw new RecordFormat.UnreadableException(
                    "larger than the " + RecordFiles.MAX_BYTES + " bytes a record may have");
        }
        return bytes;
    }
}
