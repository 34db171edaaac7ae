package io.enim.examples.agent.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A port of this machine that leads to a Unix socket, as {@code ssh -L PORT:SOCKET} makes one. While nothing listens there, a connection is closed. */
final class SocketForward implements AutoCloseable {
    private final Path socket;
    private final ServerSocket port;

    SocketForward(Path socket) throws IOException {
        this.socket = socket;
        this.port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "forward");
        thread.setDaemon(true);
        thread.start();
    }

    String address() {
        return "http://localhost:" + port.getLocalPort() + "/";
    }

    private void accept() {
        while (!port.isClosed()) {
            try {
                Socket from = port.accept();
                daemon(() -> carry(from));
            } catch (IOException e) {
                return; // It is closed.
            }
        }
    }

    /** By buffers: a channel's streams lock each other out. */
    private void carry(Socket from) {
        try (from;
                SocketChannel to = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            OutputStream back = from.getOutputStream();
            daemon(() -> carryBack(to, from, back));
            InputStream in = from.getInputStream();
            byte[] bytes = new byte[8192];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, read);
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
        } catch (IOException e) {
            return; // One end is closed, which closes the other.
        }
    }

    private static void carryBack(SocketChannel from, Socket to, OutputStream out) {
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        try (to) {
            while (from.read(buffer.clear()) >= 0) {
                out.write(buffer.array(), 0, buffer.position());
            }
        } catch (IOException e) {
            return; // As above.
        }
    }

    @Override
    public void close() throws IOException {
        port.close();
    }
}
