package io.enim.provider.tck;

import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.CreateRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Clouds that create, attach, detach or delete wrongly. */
final class BadChanges {
    private BadChanges() {}

    static void addTo(BadClouds all) {
        all.add("cld10", "forgotten token", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            @Override
            public CloudEni create(CreateRequest request) {
                return super.create(new CreateRequest(CloudTestClient.token(), request.ownerTag()));
            }
        });
        all.add("cld10", "tokens in memory", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            private final Map<String, String> known = new ConcurrentHashMap<>();

            @Override
            public CloudEni create(CreateRequest request) {
                String own = known.computeIfAbsent(request.token(), token -> CloudTestClient.token());
                return super.create(new CreateRequest(own, request.ownerTag()));
            }
        });
        all.add("cld10", "one request for all", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            private volatile CreateRequest filledIn;

            @Override
            public CloudEni create(CreateRequest request) {
                filledIn = request;
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
                return super.create(filledIn);
            }
        });
        all.add("cld12", "describes deleted ENIs again", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            private final List<CloudEni> deleted = new CopyOnWriteArrayList<>();
            private int describes;

            @Override
            public List<CloudEni> describe() {
                List<CloudEni> described = new ArrayList<>(super.describe());
                if (++describes % 7 == 0) {
                    described.addAll(deleted);
                }
                return described;
            }

            @Override
            public void delete(String eniId) {
                Optional.ofNullable(backend.enis.get(eniId)).ifPresent(deleted::add);
                super.delete(eniId);
            }
        });
        all.add("cld20", "attach twice fails", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            @Override
            public void attach(String eniId, AttachRequest request) {
                if (describe().stream().anyMatch(eni -> eni.id().equals(eniId) && eni.isAttachedTo("i-1"))) {
                    throw new FatalProviderException(Refusal.WRONG_STATE, "", "attach " + eniId + ": is attached");
                }
                super.attach(eniId, request);
            }
        });
        all.add("attach", "one number for all", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            @Override
            void put(CloudEni eni, Status status, int number, Optional<String> instance) {
                super.put(eni, status, Math.min(1, number), instance);
            }
        });
        all.add("cld21", "no limit", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            @Override
            int limit() {
                return 100;
            }
        });
        all.add("cld30", "detach of what is gone fails", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            @Override
            public void detach(String eniId) {
                requireOpen();
                if (!backend.enis.containsKey(eniId) && !eniId.startsWith("eni-kit")) {
                    throw new FatalProviderException(Refusal.NOT_FOUND, "", "detach " + eniId + ": is gone");
                }
                super.detach(eniId);
            }
        });
        all.add("cld31", "delete of what is gone fails", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            @Override
            public void delete(String eniId) {
                requireOpen();
                if (!backend.enis.containsKey(eniId)) {
                    throw new FatalProviderException(Refusal.NOT_FOUND, "", "delete " + eniId + ": is gone");
                }
                super.delete(eniId);
            }
        });
        all.add("cld32", "delete detaches", (backend, ownerTag) -> new PlainCloud(backend, ownerTag) {
            @Override
            public void delete(String eniId) {
                detach(eniId);
                super.delete(eniId);
            }
        });
    }
}
