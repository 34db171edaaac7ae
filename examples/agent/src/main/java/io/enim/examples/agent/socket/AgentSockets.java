// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.socket;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import io.enim.PrintableText;
import io.enim.SettingsException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The paths of the agent's two sockets, owned by one process at a time: {@code agent.socket}, which speaks HTTP, and the one
 * of the C plugin, with {@code .cni} after it.
 *
 * <p>The owner holds a lock on a file beside them. The kernel releases the lock when the process dies, so a socket
 * without a lock is stale. A socket is bound in a directory that only the agent's user may enter, gets its mode there
 * and is then renamed to its path: whatever the umask, no wider mode is ever visible, and a stale socket is replaced
 * atomically. Not for concurrent use.
 */
public final class AgentSockets implements AutoCloseable {
    private static final String SETTING = "agent.socket";
    /** {@code sizeof(sun_path)} in {@code linux/un.h}, less the final zero, less the hidden directory's name. */
    private static final int MAX_LENGTH = 107 - 16;

    private static final String HTTP = "s";
    private static final String PLUGIN = "c";

    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path path;
    private final Path hidden;
    private final FileChannel lock;
    private final String self;

    private AgentSockets(Path path, Path hidden, FileChannel lock, String self) {
        this.path = path;
        this.hidden = hidden;
        this.lock = lock;
        this.self = self;
    }

    /**
     * Claims the path. Missing parent directories are created for the agent's user alone.
     *
     * @throws SettingsException another process owns the path, or it cannot be used
     */
    public static AgentSockets claim(Path path) {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_LENGTH) {
            throw new SettingsException(
                    SETTING,
                    PrintableText.brief(path.toString()) + " is too long; a socket's path has at most " + MAX_LENGTH
                            + " bytes");
        }
        Path directory = requireNonNull(path.toAbsolutePath().getParent(), "an absolute path has a parent");
        @Nullable FileChannel lock = null;
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory, PRIVATE);
            }
            Path lockFile = directory.resolve(path.getFileName() + ".lock");
            lock = FileChannel.open(lockFile, CREATE, READ, WRITE);
            take(lock, path);
            String before = holder(lock);
            if (before.matches("\\d+")) {
                // It was the last to have the lock, and left its directory if it was killed while it started.
                empty(hidden(directory, before));
            }
            String pid = Long.toString(ProcessHandle.current().pid());
            write(lock, pid);
            refuseForeign(path);
            refuseForeign(plugin(path));
            Path hidden = hidden(directory, pid);
            empty(hidden);
            Files.createDirectory(hidden, PRIVATE);
            return new AgentSockets(path, hidden, lock, Files.getOwner(hidden).getName());
        } catch (IOException | SettingsException e) {
            SettingsException refused = e instanceof SettingsException known
                    ? known
                    : new SettingsException(SETTING, path + " cannot be used: " + e, e);
            try {
                if (lock != null) {
                    lock.close();
                }
            } catch (IOException again) {
                refused.addSuppressed(again);
            }
            throw refused;
        }
    }

    private static void take(FileChannel channel, Path path) throws IOException {
        @Nullable FileLock taken;
        try {
            taken = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            taken = null;
        }
        if (taken == null) {
            throw new SettingsException(
                    SETTING,
                    path + " is served by the agent with pid " + holder(channel)
                            + "; stop that agent, or choose another path");
        }
    }

    private static Path hidden(Path directory, String pid) {
        return directory.resolve("." + pid);
    }

    private static void write(FileChannel channel, String pid) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(20);
        channel.read(pid, 0);
        return new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII);
    }

    /** A file without a lock is stale, unless it is no socket, or a program that ignores the lock listens there. */
    private static void refuseForeign(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        var file = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!file.isOther()) {
            throw new SettingsException(SETTING, path + " is no socket; remove it, or choose another path");
        }
        if (answers(path)) {
            throw new SettingsException(
                    SETTING, "another program listens on " + path + "; stop it, or choose another path");
        }
    }

    private static boolean answers(Path path) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            return false; // No process listens: the socket is stale.
        }
    }

    private static void empty(Path hidden) throws IOException {
        Files.deleteIfExists(hidden.resolve(HTTP));
        Files.deleteIfExists(hidden.resolve(PLUGIN));
        Files.deleteIfExists(hidden);
    }

    /** The path of the C plugin's socket beside the agent's. */
    public static Path plugin(Path socket) {
        return socket.resolveSibling(socket.getFileName() + ".cni");
    }

    /** Whether a user of this name may call: root, or the user that this process runs as. */
    public boolean isForUser(String user) {
        return user.equals("root") || user.equals(self);
    }

    /** Where the socket of HTTP is bound. */
    public Path hiddenHttp() {
        return hidden.resolve(HTTP);
    }

    /** Where the socket of the C plugin is bound. */
    public Path hiddenPlugin() {
        return hidden.resolve(PLUGIN);
    }

    /** Gives the C plugin's socket, which is bound, its mode and its path. */
    public void publishPlugin() throws IOException {
        publish(hiddenPlugin(), plugin(path));
    }

    /** Gives the socket of HTTP, which is bound, its mode and its path; after {@link #publishPlugin}. */
    public void publishHttp() throws IOException {
        publish(hiddenHttp(), path);
        Files.delete(hidden);
    }

    private static void publish(Path bound, Path path) throws IOException {
        Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString("rw-------"));
        Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes the sockets, then releases the lock; in this order, so that a later agent's socket is never removed. */
    @Override
    public void close() throws IOException {
        try (lock) {
            empty(hidden);
            Files.deleteIfExists(path);
            Files.deleteIfExists(plugin(path));
        }
    }
}
