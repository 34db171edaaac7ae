package io.enim.netlink.internal.netns;

import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.QuietCloseable;

/** What one visit to a namespace leaves inside: what later steps need of it without entering again. */
public record SandboxHandles(NetlinkSocket socket, ProcNetDev devices) implements QuietCloseable {
    @Override
    public void close() {
        socket.close();
        devices.close();
    }
}
