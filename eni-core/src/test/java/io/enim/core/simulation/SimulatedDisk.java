package io.enim.core.simulation;

import io.enim.LedgerException;
import io.enim.core.chaos.Chaos;
import io.enim.core.chaos.Fault.Place;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.records.Durability;
import io.enim.spi.NamespaceId;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Files in memory. What was written survives its process; a loss of power takes the run directory, and of the rest what was
 * not forced to the disk is kept, torn or lost by chance.
 */
final class SimulatedDisk {
    /** A file's bytes, and those that survive a loss of power; null until they were forced. */
    private static final class Inode {
        private byte[] bytes;
        private byte @Nullable [] forced;

        Inode(String text) {
            bytes = text.getBytes(StandardCharsets.US_ASCII);
        }
    }

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    private final Chaos chaos;
    private final SimulatedPace pace;
    private final Sandboxes sandboxes;
    private final Random random;
    private final Consumer<String> violated;
    private final Map<Path, Inode> files = new TreeMap<>();
    private final Map<Path, Inode> forcedNames = new TreeMap<>();
    private final Map<Path, SimulatedProcess> locks = new TreeMap<>();
    private int boots;

    SimulatedDisk(Chaos chaos, SimulatedPace pace, Sandboxes sandboxes, Random random, Consumer<String> violated) {
        this.chaos = chaos;
        this.pace = pace;
        this.sandboxes = sandboxes;
        this.random = random;
        this.violated = violated;
        boot();
    }

    /** A new boot of the machine, which keeps all files. */
    void boot() {
        locks.clear();
        boots++;
        files.put(BOOT_ID, new Inode("boot-" + boots));
        files.put(MOUNTS, new Inode(""));
    }

    /** The directories that a process has locked. */
    boolean isLocked(SimulatedProcess process) {
        return locks.containsValue(process);
    }

    boolean isLocked() {
        return !locks.isEmpty();
    }

    void died(SimulatedProcess process) {
        locks.values().removeIf(process::equals);
    }

    void losePower(Path volatileDirectory) {
        files.keySet().removeIf(file -> file.startsWith(volatileDirectory));
        TreeSet<Path> names = new TreeSet<>(files.keySet());
        names.addAll(forcedNames.keySet());
        for (Path name : names) {
            Inode kept = random.nextBoolean() ? files.get(name) : forcedNames.get(name);
            if (kept == null) {
                files.remove(name);
                continue;
            }
            if (kept.forced == null) {
                kept.bytes = torn(kept.bytes);
            }
            files.put(name, kept);
        }
        forcedNames.clear();
        forcedNames.putAll(files);
    }

    /** One bit of one record in this directory is not what was written. */
    void flipBit(Path directory) {
        List<Path> records = files.keySet().stream()
                .filter(file -> directory.equals(file.getParent()) && files.get(file).bytes.length > 0)
                .toList();
        if (!records.isEmpty()) {
            Inode record = files.get(records.get(random.nextInt(records.size())));
            record.bytes = record.bytes.clone();
            record.bytes[(int) (record.bytes.length * random.nextDouble())] ^= (byte) (1 << random.nextInt(8));
        }
    }

    /** Its beginning. */
    private byte[] torn(byte[] bytes) {
        return Arrays.copyOf(bytes, (int) (bytes.length * random.nextDouble()));
    }

    /** As one process sees it. */
    Disk of(SimulatedProcess process) {
        return new View(process);
    }

    private final class View implements Disk {
        private final SimulatedProcess process;

        View(SimulatedProcess process) {
            this.process = process;
        }

        @Override
        public void createDirectory(Path directory) throws IOException {
            chaos.call(Place.DISK, "createDirectory", () -> true);
        }

        @Override
        public Closeable lock(Path directory) throws IOException {
            return chaos.<Closeable, IOException>call(Place.DISK, "lock", () -> {
                SimulatedProcess holder = locks.putIfAbsent(directory, process);
                if (holder != null) {
                    throw new LedgerException("lock", directory, "another process uses it", null);
                }
                return () -> locks.remove(directory, process);
            });
        }

        @Override
        public List<Path> files(Path directory) throws IOException {
            return chaos.<List<Path>, IOException>call(
                    Place.DISK,
                    "files",
                    () -> files.keySet().stream()
                            .filter(file -> directory.equals(file.getParent()))
                            .toList());
        }

        @Override
        public byte[] read(Path file, int most) throws IOException {
            return chaos.<byte[], IOException>call(Place.DISK, "read", () -> {
                byte[] bytes = require(file).bytes;
                byte[] read = Arrays.copyOf(bytes, Math.min(most, bytes.length));
                // What the kernel itself tells, like the id of the boot, is on no disk.
                boolean isStored = !file.equals(BOOT_ID) && !file.equals(MOUNTS);
                if (isStored && read.length > 0 && chaos.isMalformed(Place.DISK)) {
                    read[random.nextInt(read.length)] ^= (byte) (1 << random.nextInt(8));
                }
                return read;
            });
        }

        @Override
        public void write(Path file, byte[] bytes, Durability durability) throws IOException {
            chaos.<Boolean, IOException>call(Place.DISK, "write", () -> {
                if (files.containsKey(file)) {
                    throw new FileAlreadyExistsException(file.toString());
                }
                Inode inode = new Inode("");
                changes(file, inode);
                inode.bytes = torn(bytes);
                pace.cross();
                inode.bytes = bytes;
                if (durability == Durability.MACHINE) {
                    pace.cross();
                    inode.forced = bytes;
                }
                return true;
            });
        }

        @Override
        public void rename(Path file, Path to) throws IOException {
            chaos.<Boolean, IOException>call(Place.DISK, "rename", () -> {
                changes(to, require(file));
                files.remove(file);
                return true;
            });
        }

        @Override
        public void link(Path file, Path second) throws IOException {
            chaos.<Boolean, IOException>call(Place.DISK, "link", () -> {
                changes(second, require(file));
                return true;
            });
        }

        @Override
        public boolean delete(Path file) throws IOException {
            return chaos.<Boolean, IOException>call(Place.DISK, "delete", () -> {
                boolean there = files.containsKey(file);
                if (there) {
                    changes(file, null);
                }
                return there;
            });
        }

        @Override
        public boolean exists(Path path) {
            return files.containsKey(path);
        }

        @Override
        public NamespaceId identity(Path path) throws IOException {
            return chaos.<NamespaceId, IOException>call(Place.DISK, "identity", () -> sandboxes.identity(path));
        }

        @Override
        public void sync(Path directory) throws IOException {
            chaos.<Boolean, IOException>call(Place.DISK, "sync", () -> {
                forcedNames.keySet().removeIf(file -> directory.equals(file.getParent()));
                files.forEach((file, inode) -> {
                    if (directory.equals(file.getParent())) {
                        forcedNames.put(file, inode);
                    }
                });
                return true;
            });
        }

        private void changes(Path file, @Nullable Inode inode) {
            boolean own = locks.entrySet().stream()
                    .anyMatch(lock -> file.startsWith(lock.getKey()) && lock.getValue() == process);
            if (!own) {
                violated.accept("P17: " + file + " is changed by a process that has not locked its directory");
            }
            if (inode == null) {
                files.remove(file);
            } else {
                files.put(file, inode);
            }
        }

        private Inode require(Path file) throws IOException {
            Inode inode = files.get(file);
            if (inode == null) {
                throw new FileNotFoundException(file.toString());
            }
            return inode;
        }
    }
}
