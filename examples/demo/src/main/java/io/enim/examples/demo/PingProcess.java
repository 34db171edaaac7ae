package io.enim.examples.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The process in a container of the demo. Executes the commands on standard input and ends with it: {@code reach ADDRESS}
 * answers {@code yes} or {@code no}; {@code start ADDRESS} pings continuously; {@code stop} answers how many pings were
 * sent and how many were lost. As root the JDK sends ICMP echo requests; otherwise it connects to TCP port 7, which an
 * existing host refuses.
 */
public final class PingProcess {
    private static final int TIMEOUT_MILLIS = 1000;
    private static final long PACE = TimeUnit.MILLISECONDS.toNanos(20);

    private @Nullable Pings pings;

    private PingProcess() {}

    /** Runs until standard input ends. */
    public static void main(String[] arguments) throws IOException {
        PingProcess pingProcess = new PingProcess();
        System.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(pingProcess.answer(line.split(" ", 2)));
        }
        System.exit(0);
    }

    private String answer(String[] words) throws IOException {
        switch (words[0]) {
            case "reach":
                return reaches(InetAddress.getByName(words[1])) ? "yes" : "no";
            case "start":
                pings = new Pings(InetAddress.getByName(words[1]));
                return "started";
            case "stop":
                Pings running = pings;
                pings = null;
                return running == null ? "0 0" : running.end();
            default:
                return "unknown: " + words[0];
        }
    }

    private static boolean reaches(InetAddress address) {
        try {
            return address.isReachable(TIMEOUT_MILLIS);
        } catch (IOException e) {
            return false; // No route, no device or no address.
        }
    }

    /** Pings continuously, on a thread of its own. */
    private static final class Pings {
        private final Thread thread;
        private volatile boolean ended;
        private int sent;
        private int lost;

        Pings(InetAddress address) {
            thread = new Thread(() -> run(address), "ping");
            thread.setDaemon(true);
            thread.start();
        }

        private void run(InetAddress address) {
            while (!ended) {
                sent++;
                if (!reaches(address)) {
                    lost++;
                }
                LockSupport.parkNanos(PACE);
            }
        }

        /** The counts are read after the thread has ended, which orders them. */
        String end() throws IOException {
            ended = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for the last ping", e);
            }
            return sent + " " + lost;
        }
    }
}
