package io.enim.systemtests.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;

/**
 * A process in a pod or on a host: serves HTTP and datagrams, and asks others. An answer names the server, and the client's
 * address as the server saw it. Commands come on standard input, one answer each on standard output.
 */
final class ClusterPeer {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int RESEND_MILLIS = 500;
    private static final int MOST = 512;

    private final String name;

    private ClusterPeer(String name) {
        this.name = name;
    }

    public static void main(String[] arguments) throws IOException {
        ClusterPeer peer = new ClusterPeer(arguments[0]);
        System.out.println("ready");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", -1);
            System.out.println(peer.run(words));
        }
    }

    private String run(String[] words) {
        try {
            InetAddress address = InetAddress.getByName(words[1]);
            int port = Integer.parseInt(words[2]);
            return switch (words[0]) {
                case "serve" -> serve(address, port);
                case "http" -> http(address, port);
                case "udp" -> udp(address, port);
                default -> "no such command";
            };
        } catch (IOException e) {
            return "error: " + e;
        }
    }

    private String serve(InetAddress address, int port) throws IOException {
        ServerSocket tcp = new ServerSocket();
        tcp.setReuseAddress(true);
        tcp.bind(new InetSocketAddress(address, port));
        DatagramSocket udp = new DatagramSocket(new InetSocketAddress(address, port));
        start(() -> answerConnections(tcp));
        start(() -> answerDatagrams(udp));
        return "serving";
    }

    private interface Loop {
        void run() throws IOException;
    }

    private static void start(Loop loop) {
        Thread thread = new Thread(() -> {
            try {
                loop.run();
            } catch (IOException e) {
                System.err.println("a server ended: " + e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void answerConnections(ServerSocket server) throws IOException {
        while (true) {
            try (Socket client = server.accept()) {
                BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
                String line = in.readLine();
                while (line != null && !line.isEmpty()) {
                    line = in.readLine();
                }
                String answer = "HTTP/1.0 200 OK\r\n\r\n" + answerTo(client.getInetAddress()) + "\n";
                client.getOutputStream().write(answer.getBytes(US_ASCII));
            }
        }
    }

    private void answerDatagrams(DatagramSocket socket) throws IOException {
        while (true) {
            DatagramPacket question = new DatagramPacket(new byte[MOST], MOST);
            socket.receive(question);
            byte[] answer = answerTo(question.getAddress()).getBytes(US_ASCII);
            socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
        }
    }

    private String answerTo(InetAddress client) {
        return name + " saw " + client.getHostAddress();
    }

    private static String http(InetAddress address, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
            String[] parts = new String(socket.getInputStream().readAllBytes(), US_ASCII).split("\r\n\r\n", 2);
            return parts[0] + ": " + parts[1].strip();
        }
    }

    /** A connected socket hears an answer from the address that it asked only. */
    private static String udp(InetAddress address, int port) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(address, port);
            socket.setSoTimeout(RESEND_MILLIS);
            for (int waited = 0; waited < PATIENCE_MILLIS; waited += RESEND_MILLIS) {
                socket.send(new DatagramPacket(new byte[] {'?'}, 1));
                DatagramPacket answer = new DatagramPacket(new byte[MOST], MOST);
                try {
                    socket.receive(answer);
                    return new String(answer.getData(), 0, answer.getLength(), US_ASCII);
                } catch (SocketTimeoutException e) {
                    continue;
                }
            }
            return "error: no answer";
        }
    }
}
