// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.health;

import io.enim.EniManager;
import io.enim.Health;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * The manager's health and that of the agent's own parts. A part in trouble makes the node {@code DEGRADED}: its pods are
 * served, and something has to be done. Before the agent serves and from the moment it stops, the node is {@code UNAVAILABLE}.
 * Safe for concurrent use.
 */
public final class NodeHealth {
    private final EniManager manager;
    private final List<Supplier<Optional<String>>> parts = new CopyOnWriteArrayList<>();
    private volatile Optional<String> away = Optional.of("the agent starts, and does not serve yet");

    /** Of an agent that starts. */
    public NodeHealth(EniManager manager) {
        this.manager = manager;
    }

    /** Asks a part from now on: what is wrong with it, or nothing. Does not block and does not throw. */
    public void watch(Supplier<Optional<String>> trouble) {
        parts.add(trouble);
    }

    /** From now on the agent serves. */
    public void serves() {
        away = Optional.empty();
    }

    /** From now on the agent serves no longer. */
    public void stops() {
        away = Optional.of("the agent stops; the next one goes on");
    }

    /** @throws io.enim.ClosedException the manager has closed */
    public Health now() {
        Health ofManager = manager.health();
        List<String> reasons = new ArrayList<>();
        away.ifPresent(reasons::add);
        reasons.addAll(ofManager.reasons());
        List<String> troubles =
                parts.stream().map(Supplier::get).flatMap(Optional::stream).toList();
        reasons.addAll(troubles);
        Health.Status own = away.isPresent()
                ? Health.Status.UNAVAILABLE
                : troubles.isEmpty() ? Health.Status.HEALTHY : Health.Status.DEGRADED;
        return new Health(own.compareTo(ofManager.status()) > 0 ? own : ofManager.status(), reasons);
    }
}
