// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.netns;

import io.enim.InvalidRequestException;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Network namespaces that have a name: a file in a directory, with the namespace mounted over it, as iproute2 and the
 * runtimes do. Safe for concurrent use.
 */
public final class NamedNetns {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final Duration UNLIMITED = Duration.ofDays(365);
    private static final String OF_THREAD = "/proc/thread-self/ns/net";

    private final Path directory;

    public NamedNetns(Path directory) {
        this.directory = directory;
    }

    public Path path(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidRequestException(
                    "namespace name",
                    name,
                    "must be 1 to 128 letters, digits, dots, dashes or underscores, not starting with a dot or dash");
        }
        return directory.resolve(name);
    }

    public List<String> names() {
        return NetnsPaths.children(directory, "*").stream()
                .map(path -> path.getFileName().toString())
                .toList();
    }

    /** Creates a namespace under this name, as soon as the kernel does. */
    public Path create(String name) {
        return create(name, Deadline.after(UNLIMITED));
    }

    /** Creates a namespace under this name; when the time is over, the kernel may still do so. */
    public Path create(String name, Deadline deadline) {
        Path path = path(name);
        try {
            Files.createDirectories(directory);
            shareMounts();
            Files.createFile(path);
        } catch (IOException e) {
            throw NetnsPaths.failure("create namespace", path, Errno.EEXIST, e);
        }
        try {
            mountNewNamespace(path, deadline);
        } catch (NetlinkException e) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
        return path;
    }

    /** Makes namespaces created by this process visible in other mount namespaces. */
    private void shareMounts() {
        try {
            Native.mount(null, directory.toString(), Native.MS_SHARED | Native.MS_REC);
        } catch (NetlinkException e) {
            if (!e.is(Errno.EINVAL)) {
                throw e;
            }
            // Not a mount point yet.
            Native.mount(directory.toString(), directory.toString(), Native.MS_BIND | Native.MS_REC);
            Native.mount(null, directory.toString(), Native.MS_SHARED | Native.MS_REC);
        }
    }

    /** On a new thread, which ends inside the namespace it created. */
    private static void mountNewNamespace(Path path, Deadline deadline) {
        Executor newThread = work -> {
            Thread maker = new Thread(work, "enim-netns-maker");
            maker.setDaemon(true);
            maker.start();
        };
        Runnable mounting = () -> {
            Native.unshareNetwork();
            Native.mount(OF_THREAD, path.toString(), Native.MS_BIND);
        };
        try {
            CompletableFuture.runAsync(mounting, newThread).get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new NetlinkException("create namespace", path.toString(), Errno.ETIMEDOUT.number(), "", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NetlinkException("create namespace", path.toString(), Errno.EINTR.number(), "", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NetlinkException refused) {
                throw new NetlinkException(
                        "create namespace", path + ": " + refused.operation(), refused.errno(), "", refused);
            }
            throw new IllegalStateException("create namespace " + path, e.getCause());
        }
    }

    /** Deletes the name; the namespace ends when nothing else holds it. False when there was no such name. */
    public boolean delete(String name) {
        Path path = path(name);
        if (!Files.exists(path)) {
            return false;
        }
        try {
            Native.unmount(path.toString());
        } catch (NetlinkException e) {
            // EINVAL: the file is there but nothing is mounted over it, as after a crash between the two.
            if (!e.is(Errno.EINVAL)) {
                throw e;
            }
        }
        try {
            return Files.deleteIfExists(path);
        } catch (IOException e) {
            throw NetnsPaths.failure("delete namespace", path, Errno.EBUSY, e);
        }
    }
}
