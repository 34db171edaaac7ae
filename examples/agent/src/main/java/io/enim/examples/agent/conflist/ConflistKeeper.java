// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.conflist;

import io.enim.EniException;
import io.enim.EniManager;
import io.enim.Health;
import io.enim.examples.agent.config.AgentSettings.ConflistSettings;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the network configuration there while the agent can serve, by the same rule as CNI STATUS: health is not
 * {@code UNAVAILABLE}. Closing leaves the file: an agent that restarts must not make its node unready, and the plugin's calls wait
 * for the next one. Safe for concurrent use.
 */
public final class ConflistKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConflistKeeper.class);
    private static final long PERIOD_MILLIS = 1000;
    private static final String FOREIGN =
            " was not written by an agent, and is left as it is: the node's readiness does not"
                    + " follow this one. Remove the file, or set agent.cni.conflist to another one";

    private final EniManager manager;
    private final Conflist conflist;
    private final Presence presence;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread made = new Thread(work, "enim-conflist");
        made.setDaemon(true);
        return made;
    });
    /** The latest that was told, so that it is told once. */
    private String told = "";
    /** What keeps the file from being as it is to be. */
    private volatile Optional<String> trouble = Optional.empty();

    private ConflistKeeper(EniManager manager, Conflist conflist, Presence presence) {
        this.manager = manager;
        this.conflist = conflist;
        this.presence = presence;
    }

    /**
     * One that does not look by itself yet.
     *
     * @throws io.enim.SettingsException the template cannot be used
     */
    public static ConflistKeeper of(ConflistSettings settings, EniManager manager) {
        Conflist conflist = Conflist.of(settings);
        return new ConflistKeeper(manager, conflist, new Presence(settings.patience(), isThere(conflist)));
    }

    /** Looks each second from now on. */
    public void start() {
        thread.scheduleWithFixedDelay(() -> look(System.nanoTime()), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** That of the agent before stays until this one knows better. */
    private static boolean isThere(Conflist conflist) {
        try {
            Conflist.Found found = conflist.find();
            return found == Conflist.Found.WRITTEN || found == Conflist.Found.OLD;
        } catch (IOException e) {
            return false; // The first look tells.
        }
    }

    void look(long nanoTime) {
        try {
            Health health = manager.health();
            boolean isWanted = presence.observe(health.status() != Health.Status.UNAVAILABLE, nanoTime);
            follow(isWanted, health);
        } catch (EniException e) {
            LOG.debug("the manager closes", e);
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "{} is not looked after in this second", conflist.file(), e); // The next second begins anew (P15).
        }
    }

    private void follow(boolean isWanted, Health health) {
        String file = conflist.file().toString();
        try {
            boolean isOurs = isWanted ? conflist.write() : conflist.remove();
            trouble = isOurs ? Optional.empty() : Optional.of(file + FOREIGN);
            if (!isOurs) {
                tell("foreign", () -> LOG.warn("{}{}", file, FOREIGN));
            } else if (isWanted) {
                tell("there", () -> LOG.info("{} is there: this node can serve pods", file));
            } else {
                String reasons = String.join("; ", health.reasons());
                tell("away", () -> LOG.warn("{} is not there: this node cannot serve pods: {}", file, reasons));
            }
        } catch (IOException e) {
            String what = isWanted ? "written" : "removed";
            String why = file + " cannot be " + what + ": " + e + "; check the permissions and the space";
            trouble = Optional.of(why);
            tell(why, () -> LOG.warn("{}", why));
        }
    }

    /** What is wrong with the file, for health. Does not block. */
    public Optional<String> trouble() {
        return trouble;
    }

    private void tell(String what, Runnable log) {
        if (!what.equals(told)) {
            told = what;
            log.run();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
