// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The process in a container of the demo. Executes the commands on standard input and ends with it: {@code reach ADDRESS}
 * answers {@code yes} or {@code no}; {@code start ADDRESS} pings continuously; {@code stop} answers how many pings were
 * sent and how many were lost. As root the JDK sends ICMP echo requests; otherwise it connects to TCP port 7, which an
 * existing host refuses.
 */
public final class PingProcess {
    private static final int TIMEOUT_MILLIS = 1000;
    private static final long PACE = TimeUnit.MILLISECONDS.toNanos(20);

    private volatile boolean stopped;
    private CompletableFuture<String> pings = CompletableFuture.completedFuture("0 0");

    private PingProcess() {}

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
                InetAddress address = InetAddress.getByName(words[1]);
                stopped = false;
                pings = CompletableFuture.supplyAsync(() -> ping(address));
                return "started";
            case "stop":
                stopped = true;
                return pings.join();
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

    /** Pings continuously; returns how many pings were sent and how many were lost. */
    private String ping(InetAddress address) {
        int sent = 0;
        int lost = 0;
        while (!stopped) {
            sent++;
            if (!reaches(address)) {
                lost++;
            }
            LockSupport.parkNanos(PACE);
        }
        return sent + " " + lost;
    }
}
