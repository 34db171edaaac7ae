// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.diagnosis;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.enim.InvalidRequestException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The levels of ENIM's loggers, changed for a time after which they are as before. Loggers of other libraries stay as they are:
 * what some of them write at DEBUG has credentials in it. Safe for concurrent use; does not block.
 */
public final class LogLevels implements AutoCloseable {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(LogLevels.class);

    private static final Duration LONGEST = Duration.ofHours(24);
    private static final String ROOT = "io.enim";
    private static final List<String> LEVELS = List.of("ERROR", "WARN", "INFO", "DEBUG", "TRACE");

    /** The loggers that operators are told of, and what is to be heard of them. */
    private static final Map<String, String> DOCUMENTED = documented();

    /**
     * A logger.
     *
     * @param level the one that counts, its own or that of the logger above it
     * @param remaining how long until it is as before; empty if it is
     * @param meaning what it tells; empty for one that is not documented
     */
    public record State(String logger, String level, Duration remaining, String meaning) {}

    /** A level that ends. */
    private record Change(@Nullable Level before, ScheduledFuture<?> end) {}

    private final LoggerContext context;
    private final ScheduledExecutorService timer;
    private final Map<String, Change> changes = new HashMap<>();

    /** Over the loggers of this process. */
    public LogLevels() {
        this((LoggerContext) LoggerFactory.getILoggerFactory(), Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, "enim-log-levels");
            made.setDaemon(true);
            return made;
        }));
    }

    LogLevels(LoggerContext context, ScheduledExecutorService timer) {
        this.context = context;
        this.timer = timer;
    }

    private static Map<String, String> documented() {
        Map<String, String> loggers = new LinkedHashMap<>();
        loggers.put("io.enim", "everything of ENIM");
        loggers.put("io.enim.operations", "ADD, DEL and CHECK; DEBUG: also DELs of what holds nothing");
        loggers.put("io.enim.examples.agent.cni", "calls of the CNI plugin; DEBUG: each, with its code");
        loggers.put("io.enim.core.internal.gc", "garbage collection: its findings");
        loggers.put("io.enim.core.internal.pool", "the pool of ENIs, and its calls to the cloud");
        loggers.put("io.enim.core.internal.ledger", "the records of assignments");
        loggers.put("io.enim.netlink", "devices, and what the kernel says of them");
        loggers.put("io.enim.provider", "the cloud's provider");
        loggers.put("io.enim.examples.agent", "the agent: its sockets, the network configuration, the kubelet");
        return loggers;
    }

    /** The documented loggers, and others whose level was changed. */
    public synchronized List<State> list() {
        List<State> all = new ArrayList<>();
        DOCUMENTED.forEach((name, meaning) -> all.add(state(name, meaning)));
        changes.keySet().stream()
                .filter(name -> !DOCUMENTED.containsKey(name))
                .sorted()
                .forEach(name -> all.add(state(name, "")));
        return all;
    }

    private State state(String name, String meaning) {
        Change change = changes.get(name);
        Duration remaining = change == null
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(0, change.end().getDelay(TimeUnit.NANOSECONDS)));
        return new State(name, context.getLogger(name).getEffectiveLevel().toString(), remaining, meaning);
    }

    /**
     * Sets a level for a time. A logger that was changed before ends at the level that it had before the first change.
     *
     * @throws InvalidRequestException the logger is not ENIM's, there is no such level, or the time is too long
     */
    public synchronized State set(String logger, String level, Duration time) {
        if (!logger.equals(ROOT) && !logger.matches("io\\.enim(\\.\\w{1,100}){1,20}")) {
            throw new InvalidRequestException(
                    "logger",
                    logger,
                    "only loggers of ENIM can be set, io.enim and those below it: others write credentials at DEBUG");
        }
        if (!LEVELS.contains(level)) {
            throw new InvalidRequestException("level", level, "it is one of " + String.join(", ", LEVELS));
        }
        if (time.isZero() || time.isNegative() || time.compareTo(LONGEST) > 0) {
            throw new InvalidRequestException("for", time.toString(), "it is a time of at most 24h");
        }
        Logger changed = context.getLogger(logger);
        Change former = changes.remove(logger);
        Level before = former == null ? changed.getLevel() : former.before();
        if (former != null) {
            former.end().cancel(false);
        }
        changed.setLevel(Level.valueOf(level));
        changes.put(
                logger, new Change(before, timer.schedule(() -> end(logger), time.toNanos(), TimeUnit.NANOSECONDS)));
        LOG.info("{} logs {} for {} s", logger, level, time.toSeconds());
        return state(logger, DOCUMENTED.getOrDefault(logger, ""));
    }

    private synchronized void end(String logger) {
        Change change = changes.get(logger);
        if (change == null || change.end().getDelay(TimeUnit.NANOSECONDS) > 0) {
            return; // Another change came meanwhile, and ends later.
        }
        changes.remove(logger);
        Logger ended = context.getLogger(logger);
        ended.setLevel(change.before());
        LOG.info("{} logs {} again", logger, ended.getEffectiveLevel());
    }

    /** Leaves the levels as they are: the process ends. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
