package io.enim.core.simulation;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.DeviceException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniState;
import io.enim.core.chaos.Fault;
import io.enim.core.chaos.Fault.Kind;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What must be true when an ADD has failed. */
final class AddOracle {
    private final SimulatedNode node;

    AddOracle(SimulatedNode node) {
        this.node = node;
    }

    /** An ADD; one that fails for an ENI that it could not use found no other, or required that one. */
    Function<EniManager, Assignment> first(AddRequest request) {
        return manager -> {
            Optional<Fault> misfit = node.trouble.only().filter(fault -> fault.kind() == Kind.MISFIT);
            if (misfit.isEmpty() || request.wish().isRequired()) {
                return manager.add(request);
            }
            Set<String> good = good(manager, misfit.get());
            try {
                return manager.add(request);
            } catch (DeviceException e) {
                good.retainAll(good(manager, misfit.get()));
                if (!good.isEmpty() && node.trouble.only().equals(misfit)) {
                    node.oracle.violated("P15: " + good + " are free, and an ADD failed with " + e.getMessage());
                }
                throw e;
            }
        };
    }

    private static Set<String> good(EniManager manager, Fault misfit) {
        return manager.enis().stream()
                .filter(eni -> eni.state() == EniState.READY && !misfit.isFor(SimulatedDevices.number(eni.mac())))
                .map(Eni::id)
                .collect(Collectors.toSet());
    }

    /** A repeated ADD; if it fails, the endpoint holds what it held. */
    Function<EniManager, Assignment> again(AddRequest request) {
        Endpoint endpoint = request.endpoint();
        return manager -> {
            Optional<String> before = node.oracle.eniOf(endpoint);
            try {
                return manager.add(request);
            } catch (EniException e) {
                boolean isHeld = manager.assignments().stream()
                        .anyMatch(one -> one.endpoint().equals(endpoint)
                                && before.filter(one.eni().id()::equals).isPresent());
                if (before.isPresent()
                        && before.equals(node.oracle.eniOf(endpoint))
                        && !isHeld
                        && !isHeldBack(manager, before.get())) {
                    node.oracle.violated("P16: " + endpoint + " held " + before.get()
                            + " until an ADD of it failed with " + e.getMessage());
                }
                throw e;
            }
        };
    }

    /** Whether the record of the ENI cannot be read: it stays held, whatever an ADD of its endpoint failed with. */
    private static boolean isHeldBack(EniManager manager, String eni) {
        return manager.health().reasons().stream().anyMatch(reason -> reason.startsWith(eni + " is held back"));
    }
}
