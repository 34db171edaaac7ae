package io.enim.provider.tck;

import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.tck.FaultInjector.Fault;
import java.util.List;

/** Clouds that report an error wrongly, ignore an interrupt, or do not close as they must. */
final class BadErrors {
    private BadErrors() {}

    static void addTo(BadClouds all) {
        all.failing(
                "cld40",
                "throttling is fatal",
                () -> ScriptedFaults.reporting(
                        Fault.THROTTLE, new FatalProviderException(Refusal.OTHER, "Throttling", "HTTP 400")));
        all.failing(
                "cld40",
                "a missing permission is retried",
                () -> ScriptedFaults.reporting(
                        Fault.FORBID, new RetryableProviderException(Refusal.UNAVAILABLE, "", "HTTP 403")));
        // Says that the call had no effect, which only the cloud knows.
        all.failing(
                "cld40",
                "lost answers are failures",
                () -> ScriptedFaults.reporting(
                        Fault.LOSE_ANSWER,
                        new RetryableProviderException(Refusal.UNAVAILABLE, "", "connection reset")));
        all.add("cld41", "lost interrupt", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            @Override
            public List<CloudEni> describe() {
                return Thread.interrupted() ? List.of() : super.describe();
            }
        });
        all.failing("cld41", "lost interrupt in attach", () -> new ScriptedFaults() {
            @Override
            void interrupted(String method) {
                if (method.equals("attach")) {
                    throw error(Fault.HANG, method);
                }
                super.interrupted(method);
            }
        });
        all.failing(
                "cld41",
                "an interrupt is fatal",
                () -> ScriptedFaults.reporting(
                        Fault.HANG, new FatalProviderException(Refusal.OTHER, "", "interrupted")));
        for (String method : List.of("describe", "create", "delete")) {
            all.failing("cld41", "ignores interrupts in " + method, () -> ScriptedFaults.ignoringInterruptsIn(method));
        }
        all.add("cld42", "works after close", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            @Override
            void requireOpen() {
                // Never closed.
            }
        });
        all.add("cld42", "second close fails", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            private boolean closed;

            @Override
            public synchronized void close() {
                if (closed) {
                    throw new IllegalStateException("closed already");
                }
                closed = true;
                super.close();
            }
        });
        all.add("cld42", "leaks a thread", (backend, ownerTag) -> {
            LeakedThreads.start();
            return new PlainCloud(backend, ownerTag);
        });
        all.add("cld42", "leaks a thread in create", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            @Override
            public CloudEni create(CreateRequest request) {
                requireOpen();
                LeakedThreads.start();
                return super.create(request);
            }
        });
        all.failing("cld42", "leaks a thread when interrupted", () -> new ScriptedFaults() {
            @Override
            void interrupted(String method) {
                LeakedThreads.start();
                super.interrupted(method);
            }
        });
    }
}
