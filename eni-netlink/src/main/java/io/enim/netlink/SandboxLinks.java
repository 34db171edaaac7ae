package io.enim.netlink;

import io.enim.netlink.internal.wire.LinkMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Reads the links of a sandbox with as few acquisitions of RTNL as it allows. A sandbox usually has loopback and one
 * device, and asking for one link takes RTNL once where listing them takes it twice or more. How many there are is read
 * from procfs, which takes none.
 */
final class SandboxLinks {
    /** Shows the namespace of the thread that opens it. */
    private static final String DEVICES = "/proc/thread-self/net/dev";

    private static final String LOOPBACK = "lo";
    private static final int HEADER_LINES = 2;

    private SandboxLinks() {}

    /** Every link of the sandbox that could be an ENI or be stacked on one. */
    static List<LinkMessage> read(Kernel kernel, Sandbox sandbox, Deadline deadline) {
        byte[] table = kernel.threads().inside(sandbox.file(), () -> Native.readFile(DEVICES), deadline);
        List<String> names = names(new String(table, StandardCharsets.UTF_8));
        if (names.isEmpty()) {
            return List.of();
        }
        if (names.size() > 1) {
            return sandbox.with(deadline, socket -> Links.all(socket, deadline));
        }
        Optional<LinkMessage> only = sandbox.with(deadline, socket -> Links.byName(socket, names.get(0), deadline));
        // Renamed since: then it is not the quiet sandbox it looked like.
        return only.map(List::of).orElseGet(() -> sandbox.with(deadline, socket -> Links.all(socket, deadline)));
    }

    /** The names in {@code /proc/net/dev}, loopback's left out. A name has no colon and no space. */
    static List<String> names(String table) {
        return table.lines()
                .skip(HEADER_LINES)
                .map(line -> line.substring(0, Math.max(0, line.indexOf(':'))).strip())
                .filter(name -> !name.isEmpty() && !name.equals(LOOPBACK))
                .toList();
    }
}
