package io.enim.core.stress;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.CheckReport;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.GcReport;
import io.enim.GcRequest;
import io.enim.Health;
import io.enim.TimelineEntry;
import java.util.List;

/** Passes every call on. */
abstract class ForwardingManager implements EniManager {
    private final EniManager manager;

    ForwardingManager(EniManager manager) {
        this.manager = manager;
    }

    @Override
    public Assignment add(AddRequest request) {
        return manager.add(request);
    }

    @Override
    public void del(Endpoint endpoint) {
        manager.del(endpoint);
    }

    @Override
    public void del(String namespace, String name) {
        manager.del(namespace, name);
    }

    @Override
    public GcReport gc(GcRequest request) {
        return manager.gc(request);
    }

    @Override
    public CheckReport check(Endpoint endpoint) {
        return manager.check(endpoint);
    }

    @Override
    public List<Assignment> assignments() {
        return manager.assignments();
    }

    @Override
    public List<Eni> enis() {
        return manager.enis();
    }

    @Override
    public List<TimelineEntry> timeline(Endpoint endpoint) {
        return manager.timeline(endpoint);
    }

    @Override
    public List<TimelineEntry> timeline(String namespace, String name) {
        return manager.timeline(namespace, name);
    }

    @Override
    public Health health() {
        return manager.health();
    }

    @Override
    public void close() {
        manager.close();
    }
}
