package io.enim.netlink;

/** What one visit to a namespace leaves inside: what later steps need of it without entering again. */
record Foothold(NetlinkSocket socket, DeviceTable devices) implements Resource {
    @Override
    public void close() {
        socket.close();
        devices.close();
    }
}
