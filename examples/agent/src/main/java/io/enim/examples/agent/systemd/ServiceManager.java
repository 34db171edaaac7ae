// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.systemd;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the agent is (sd_notify(3)): that it is ready or stops, a line of status, and for its watchdog a sign of life,
 * which is sent only while no part of the agent stands still. systemd ends an agent that sends none, and starts it again.
 *
 * <p>What cannot be sent is logged, and prevents nothing. Safe for concurrent use.
 */
public final class ServiceManager {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final NotifySocket socket;
    private final boolean isWatched;
    private final Duration pause;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread made = new Thread(work, "enim-systemd");
        made.setDaemon(true);
        return made;
    });
    private boolean isStopping;
    /** The latest that was told, so that it is told once. */
    private String toldStatus = "";

    private List<String> toldStandingStill = List.of();

    private ServiceManager(NotifySocket socket, Optional<Duration> watchdog) {
        this.socket = socket;
        this.isWatched = watchdog.isPresent();
        // Two signs of life within the time, as sd_watchdog_enabled(3) recommends.
        this.pause = watchdog.map(time -> time.dividedBy(2))
                .filter(half -> half.compareTo(LONGEST_PAUSE) < 0)
                .orElse(LONGEST_PAUSE);
    }

    /** The one that started this process, by NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID; none without the first. */
    public static Optional<ServiceManager> of(Map<String, String> environment) {
        String address = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (address.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ServiceManager(new NotifySocket(address), watchdog(environment)));
        } catch (IOException | LinkageError e) {
            LOG.warn("systemd is told nothing, and may wait in vain: NOTIFY_SOCKET cannot be used: {}", e.toString());
            return Optional.empty();
        }
    }

    private static Optional<Duration> watchdog(Map<String, String> environment) {
        String self = Long.toString(ProcessHandle.current().pid());
        return Optional.ofNullable(environment.get("WATCHDOG_USEC"))
                .filter(time -> time.matches("[1-9]\\d{0,15}"))
                .filter(time -> environment.getOrDefault("WATCHDOG_PID", self).equals(self))
                .map(time -> Duration.of(Long.parseLong(time), TimeUnit.MICROSECONDS.toChronoUnit()));
    }

    /** The agent serves from now on; from now on it is asked how it is. */
    public synchronized void ready(Supervised agent) {
        if (!isStopping) {
            tell("READY=1");
            thread.scheduleWithFixedDelay(() -> look(agent), 0, Math.max(1, pause.toMillis()), TimeUnit.MILLISECONDS);
        }
    }

    private void look(Supervised agent) {
        try {
            List<String> standingStill = agent.standingStill();
            if (!standingStill.isEmpty() && !standingStill.equals(toldStandingStill)) {
                LOG.error("{}; unless that ends, the watchdog of systemd starts this agent anew", standingStill);
            }
            toldStandingStill = standingStill;
            if (isWatched && standingStill.isEmpty()) {
                tell("WATCHDOG=1");
            }
            String status = agent.status();
            if (!status.equals(toldStatus)) {
                toldStatus = status;
                tell("STATUS=" + status.replace('\n', ' '));
            }
        } catch (RuntimeException | Error e) {
            LOG.warn("systemd is not told how the agent is: {}", e.toString()); // The next turn begins anew (P15).
        }
    }

    /** The agent stops; it is not asked any more. Idempotent. */
    public synchronized void stopping() {
        if (!isStopping) {
            tell("STOPPING=1\nSTATUS=stopping; waiting for running requests");
            isStopping = true;
            thread.shutdownNow();
        }
    }

    /** Nothing after the end was told. */
    private synchronized void tell(String assignments) {
        try {
            if (!isStopping) {
                socket.send(assignments);
            }
        } catch (IOException e) {
            LOG.warn("systemd was not told {}: {}", assignments, e.getMessage());
        }
    }
}
