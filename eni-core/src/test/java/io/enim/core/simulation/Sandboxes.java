package io.enim.core.simulation;

import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.spi.NamespaceId;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The network namespaces, where a runtime mounts them. The inode of one that has ended is the next one's, as in Linux. */
final class Sandboxes {
    private static final Path DIRECTORY = Path.of("/simulated/netns");
    private static final int DEVICE = 4;

    private final InMemoryDevices devices;
    private final Map<Path, Integer> inodes = new HashMap<>();
    private final BitSet used = new BitSet();
    private final Set<Path> hidden = new HashSet<>();
    private int made;

    Sandboxes(InMemoryDevices devices) {
        this.devices = devices;
        used.set(0);
        inodes.put(DIRECTORY, 0);
    }

    Path create() {
        made++;
        Path path = DIRECTORY.resolve("ns-" + made);
        int inode = used.nextClearBit(0);
        used.set(inode);
        inodes.put(path, inode);
        devices.registerSandbox(path, DEVICE, inode);
        return path;
    }

    void kill(Path path) {
        used.clear(inodes.remove(path));
        hidden.remove(path);
        devices.killSandbox(path);
    }

    /** The path is gone for a while, and the namespace lives. */
    void hide(Path path) {
        hidden.add(path);
    }

    void show(Path path) {
        hidden.remove(path);
    }

    NamespaceId identity(Path path) throws NoSuchFileException {
        Integer inode = inodes.get(path);
        if (inode == null || hidden.contains(path)) {
            throw new NoSuchFileException(path.toString());
        }
        return new NamespaceId(DEVICE, inode, 0);
    }
}
