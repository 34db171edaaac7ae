package io.enim.core.stress;

import io.enim.Endpoint;
import io.enim.EniSetting;
import io.enim.core.TestNode;
import io.enim.core.stress.Program.Supply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Runs what several threads do to one node, lets it come to rest, and says which promises were broken. */
final class Stress {
    /** Far beyond every deadline of the settings: a thread that is not back by then waits for ever. */
    private static final long FOR_EVER_SECONDS = 300;

    private static final int SPARE = 8;

    /**
     * What came of it.
     *
     * @param violations empty if all promises were kept
     * @param counts how often each thing was done, and how it ended
     */
    record Outcome(List<String> violations, Map<String, Long> counts) {
        /** Of all kinds together. */
        long actions() {
            long sum = 0;
            for (Action.Verb verb : Action.Verb.values()) {
                sum += counts.getOrDefault(verb.name(), 0L);
            }
            return sum;
        }
    }

    private Stress() {}

    /** Runs a program on a node of its own. */
    static Outcome run(Program program, Flaw flaw) {
        List<Consumer<NodeRuntime>> threads = new ArrayList<>();
        for (List<Action> actions : program.threads()) {
            threads.add(runtime -> actions.forEach(runtime::act));
        }
        return run(program.enis(), program.supply(), Action.PODS, flaw, threads);
    }

    /** Runs whatever threads do; they speak of the first so many pods. */
    static Outcome run(int enis, Supply supply, int pods, Flaw flaw, List<? extends Consumer<NodeRuntime>> threads) {
        try (Scratch scratch = Scratch.make()) {
            return run(node(enis, supply, scratch.directory()), supply == Supply.FIXED ? enis : 1, pods, flaw, threads);
        }
    }

    private static Outcome run(
            TestNode node, int free, int pods, Flaw flaw, List<? extends Consumer<NodeRuntime>> threads) {
        Promises promises = new Promises(node.devices()::whereIs);
        WatchedDevices watched = new WatchedDevices(flaw.devices(node.devices()), promises);
        node.aroundDevices(devices -> watched);
        node.aroundProvider(provider -> new WatchedProvider(flaw.provider(provider), promises));
        NodeRuntime runtime =
                new NodeRuntime(node, promises, endpoints(pods), manager -> flaw.manager(manager, watched));
        try {
            node.awaitFree(runtime.manager(), free);
            together(runtime, threads);
            new Rest(node, runtime, promises, flaw.patience()).require();
        } catch (TimeoutException e) {
            promises.broken("P8: a thread is not back after " + FOR_EVER_SECONDS + " s");
        } finally {
            runtime.close();
        }
        return new Outcome(promises.violations(), promises.counts());
    }

    private static Set<Endpoint> endpoints(int pods) {
        Set<Endpoint> endpoints = new HashSet<>();
        for (int pod = 0; pod < pods; pod++) {
            for (int life = 0; life < Action.LIVES; life++) {
                endpoints.add(new Action(Action.Verb.ADD, pod, life).endpoint());
            }
        }
        return endpoints;
    }

    private static TestNode node(int enis, Supply supply, Path directory) {
        // The cloud allows some more, so that what somebody took away can be brought back beside its replacement.
        TestNode node = new TestNode(directory, enis + SPARE)
                .set(EniSetting.POOL_MAX, Integer.toString(enis))
                .set(EniSetting.POOL_MIN, Integer.toString(enis))
                .set(EniSetting.POOL_WARM, "0")
                .set(EniSetting.ADD_TIMEOUT, "1s")
                .set(EniSetting.DEL_TIMEOUT, "1s")
                .set(EniSetting.UNDO_TIMEOUT, "1s")
                .set(EniSetting.DEVICE_TIMEOUT, "200ms")
                .set(EniSetting.CLOUD_TIMEOUT, "300ms")
                .set(EniSetting.CLOSE_TIMEOUT, "20s")
                .set(EniSetting.GC_AGE, "0s")
                .set(EniSetting.GC_TIMEOUT, "1s")
                .set(EniSetting.POOL_RECONCILE, "50ms");
        if (supply == Supply.ELASTIC) {
            node.set(EniSetting.POOL_MIN, "0")
                    .set(EniSetting.POOL_WARM, "1")
                    .set(EniSetting.POOL_IDLE, "20ms")
                    .set(EniSetting.POOL_COOLDOWN, "5ms");
        }
        return node;
    }

    private static void together(NodeRuntime runtime, List<? extends Consumer<NodeRuntime>> threads)
            throws TimeoutException {
        ExecutorService executor = Executors.newFixedThreadPool(threads.size());
        try {
            CyclicBarrier start = new CyclicBarrier(threads.size());
            List<Future<?>> running = new ArrayList<>();
            for (Consumer<NodeRuntime> thread : threads) {
                running.add(executor.submit(() -> {
                    start.await();
                    thread.accept(runtime);
                    return true;
                }));
            }
            for (Future<?> one : running) {
                one.get(FOR_EVER_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a thread of the program failed", e.getCause());
        } finally {
            executor.shutdownNow();
        }
    }
}
