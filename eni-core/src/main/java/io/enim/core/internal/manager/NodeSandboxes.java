// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import static java.util.Objects.requireNonNull;

import io.enim.AddRequest.WhenEmpty;
import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Endpoint;
import io.enim.EniSetting;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest.Mode;
import io.enim.InvalidRequestException;
import io.enim.SandboxPool;
import io.enim.core.internal.exec.Deadline;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sandboxes of a node. Safe for concurrent use.
 *
 * <p><b>A key has one sandbox.</b> Its callers first claim one, by one compare-and-set: the first of them chooses it, the others join.
 * Then each asks for that one, in the order of its operations: a later one gets what the one before got, or does what that could
 * not. A claim lasts while a caller asks, and as long as the sandbox has a record with the key: so no two sandboxes get a key.
 */
final class NodeSandboxes implements SandboxPool {
    private static final int LONGEST_KEY = 1024;

    private final SandboxOperations operations;
    private final SandboxKeeper keeper;
    private final ConcurrentHashMap<String, Claim> claims = new ConcurrentHashMap<>();

    /**
     * What a key's callers ask for.
     *
     * @param isNew whether it is to be made, by the caller that chose it
     */
    private record Claim(Endpoint sandbox, int callers, boolean isNew) {
        Claim joined(int more) {
            return new Claim(sandbox, callers + more, false);
        }
    }

    NodeSandboxes(SandboxOperations operations, SandboxKeeper keeper) {
        this.operations = operations;
        this.keeper = keeper;
        taken().forEach(held -> claims.put(held.labels().get(KEY), new Claim(held.endpoint(), 0, false)));
    }

    /** Examines what the last manager left ready, and makes what is missing. Does not block. */
    void start() {
        CompletableFuture<?>[] left = untaken().map(operations::reconcile).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(left).whenComplete((all, error) -> keeper.refill());
    }

    @Override
    public Assignment take(String key) {
        Deadline deadline = operations.deadline(EniSetting.ADD_TIMEOUT);
        if (requireNonNull(key, "key").isBlank()
                || key.length() > LONGEST_KEY
                || key.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidRequestException(
                    "sandbox key", key, "1 to 1,024 characters, not all of them spaces and none a control character");
        }
        Optional<Assignment> taken = Optional.empty();
        while (taken.isEmpty()) {
            taken = take(key, deadline);
        }
        keeper.refill();
        return taken.get();
    }

    /** Empty when what was claimed is not ready any more. */
    private Optional<Assignment> take(String key, Deadline deadline) {
        Claim claim = claims.compute(key, (same, known) -> {
            @Nullable Claim lasting = known == null ? null : unlessOver(key, known);
            return lasting == null ? first() : lasting.joined(1);
        });
        Endpoint sandbox = claim.sandbox();
        try {
            return claim.isNew()
                    ? Optional.of(operations
                            .make(sandbox, Map.of(KEY, key), WhenEmpty.WAIT, deadline)
                            .run())
                    : operations.handOut(sandbox, key, deadline);
        } catch (RuntimeException | Error e) {
            operations.reconcile(sandbox); // After what is undone, for which an interrupted caller does not wait.
            throw e;
        } finally {
            claims.computeIfPresent(key, (same, joined) -> unlessOver(key, joined.joined(-1)));
        }
    }

    private Claim first() {
        return operations
                .ready()
                .poll()
                .map(oldest -> new Claim(oldest, 1, false))
                .orElseGet(() -> new Claim(operations.names().fresh(), 1, true));
    }

    private @Nullable Claim unlessOver(String key, Claim claim) {
        boolean isRecorded = operations
                .ledger()
                .get(claim.sandbox())
                .filter(held -> held.phase() == Phase.ADDED || held.phase() == Phase.ADDING)
                .filter(held -> key.equals(held.labels().get(KEY)))
                .isPresent();
        return claim.callers() > 0 || isRecorded ? claim : null;
    }

    @Override
    public void giveBack(Endpoint sandbox) {
        if (!sandbox.namespace().equals(NAMESPACE)) {
            throw new InvalidRequestException(
                    "sandbox", sandbox.toString(), "an endpoint in " + NAMESPACE + "; DEL others with EniManager.del");
        }
        operations.end(sandbox).run();
    }

    @Override
    public List<Assignment> taken() {
        return recorded().filter(held -> held.labels().containsKey(KEY)).toList();
    }

    @Override
    public int ready() {
        return operations.ready().count();
    }

    private Stream<Endpoint> untaken() {
        return recorded().filter(SandboxOperations::isUntaken).map(Assignment::endpoint);
    }

    private Stream<Assignment> recorded() {
        return operations.ledger().all().stream()
                .filter(held -> held.endpoint().namespace().equals(NAMESPACE) && held.phase() == Phase.ADDED);
    }

    /** Ends sandboxes that no key has and that are not as they were set up, and removes namespaces that no endpoint has. */
    List<Finding> collect(Mode mode) {
        claims.forEach((key, known) -> claims.computeIfPresent(key, (same, claim) -> unlessOver(key, claim)));
        List<Endpoint> present;
        try {
            present = operations.names().present();
        } catch (IOException e) {
            return List.of(new Finding(Kind.UNCERTAIN, "ready sandboxes", e.toString(), "none", Outcome.SKIPPED));
        }
        Stream<Endpoint> unrecorded = present.stream().filter(sandbox -> !operations.isRecorded(sandbox));
        List<Finding> findings = Stream.concat(mode == Mode.DRY_RUN ? Stream.empty() : untaken(), unrecorded)
                .filter(sandbox -> !operations.isBusy(sandbox))
                .flatMap(sandbox -> collect(sandbox, mode).stream())
                .toList();
        if (mode == Mode.ACT) {
            keeper.refill();
        }
        return findings;
    }

    private Optional<Finding> collect(Endpoint sandbox, Mode mode) {
        Finding orphan = SandboxOperations.orphan(sandbox, SandboxOperations.UNRECORDED);
        try {
            return mode == Mode.DRY_RUN ? Optional.of(orphan) : operations.reconcileNow(sandbox);
        } catch (RuntimeException | Error e) {
            return Optional.of(
                    orphan.because(Kind.SANDBOX_ORPHAN, e.toString()).after("none", Outcome.FAILED)); // (P15)
        }
    }
}
