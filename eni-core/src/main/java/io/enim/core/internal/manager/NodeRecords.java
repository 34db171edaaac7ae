// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.Endpoint;
import io.enim.EniSetting;
import io.enim.core.internal.ledger.BootId;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.pool.store.PoolStateStore;
import io.enim.core.internal.records.Durability;
import io.enim.core.internal.records.RecordStore;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The records of a node, in directories that are locked until the manager's threads have ended. */
record NodeRecords(ManagerRuntime runtime, Ledger ledger, DeviceBaselines baselines) {
    static NodeRecords open(ManagerRuntime runtime) {
        String boot = BootId.read(runtime.platform().disk());
        Ledger ledger = Ledger.open(runStore(runtime, "the run directory", "assignments"), boot);
        DeviceBaselines baselines = DeviceBaselines.open(
                runStore(runtime, "the directory of device baselines", "homes"), boot, runtime.steps());
        ledger.all().forEach(assignment -> assignment.baseline().ifPresent(baselines::recordIfUnknown));
        return new NodeRecords(runtime, ledger, baselines);
    }

    private static RecordStore runStore(ManagerRuntime runtime, String name, String directory) {
        Path path = runtime.settings().path(EniSetting.RUN_DIR).resolve(directory);
        return runtime.lifetime()
                .directory(
                        name,
                        RecordStore.open(
                                runtime.platform().disk(),
                                path,
                                Durability.PROCESS,
                                runtime.clock().wall()));
    }

    /** What a pool keeps; only one pool can. */
    PoolStateStore openState() {
        Path path = runtime.settings().path(EniSetting.STATE_DIR);
        return runtime.lifetime()
                .directory(
                        "the state directory",
                        PoolStateStore.open(
                                runtime.platform().disk(), path, runtime.clock().wall(), runtime.steps()));
    }

    /** The ENI that each endpoint held when the last manager ended, by id. */
    Map<Endpoint, String> held() {
        Map<Endpoint, String> held = new HashMap<>();
        ledger.all()
                .forEach(assignment ->
                        held.put(assignment.endpoint(), assignment.eni().id()));
        ledger.unreadable().forEach(record -> record.eniId().ifPresent(id -> held.put(record.placeholder(), id)));
        return held;
    }
}
