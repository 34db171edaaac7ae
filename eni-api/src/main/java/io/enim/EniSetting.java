// SPDX-License-Identifier: Apache-2.0
package io.enim;

/**
 * The settings, by key; {@link #description} tells what each is for. Durations are written {@code 250ms}, {@code 30s}, {@code 5m} or {@code 2h}. Keys that begin
 * with {@code enim.provider.NAME.} belong to the provider of that name and are handed to it without the prefix.
 */
public enum EniSetting {
    NODE("enim.node", "", "name of this node, unique in the cluster; required"),
    CLUSTER("enim.cluster", "default", "name of the cluster; the owner tag of cloud objects names cluster and node"),
    PROVIDER("enim.provider", "", "name of the provider; may be left out when only one is on the class path"),
    DEVICES("enim.devices", "", "name of the device layer; may be left out when only one is on the class path"),
    RUN_DIR("enim.run-dir", "/run/enim", "directory of assignments and device baselines; ends with the boot (tmpfs)"),
    STATE_DIR(
            "enim.state-dir", "/var/lib/enim", "directory of intents towards the cloud and cooldowns; survives boots"),
    POOL_MIN("enim.pool.min", "0", "ENIs this node always has, used or free"),
    POOL_MAX("enim.pool.max", "64", "ENIs this node never exceeds; the cloud's own limit may be lower"),
    POOL_WARM("enim.pool.warm", "1", "free ENIs kept ready ahead of need"),
    POOL_COOLDOWN(
            "enim.pool.cooldown",
            "30s",
            "time between the release of an ENI and the check of its device that precedes its next use; survives"
                    + " restarts. Unless set: the cloud's own time, and at most `10s` while ADDs wait"),
    POOL_IDLE("enim.pool.idle", "10m", "how long a surplus free ENI is kept before it is retired"),
    POOL_RECONCILE("enim.pool.reconcile", "5m", "how often the pool is compared with the cloud, with jitter"),
    POOL_RATE(
            "enim.pool.rate",
            "2",
            "mutating cloud calls per second at most; bursts of twice that, and of ten times that while ADDs wait"),
    POOL_POLL_INITIAL(
            "enim.pool.poll-initial",
            "1s",
            "initial delay before the cloud is described again after a change; backs off exponentially"),
    CLOUD_TIMEOUT("enim.cloud.timeout", "30s", "how long one cloud call may take"),
    DEVICE_TIMEOUT("enim.device.timeout", "150s", "how long an attached ENI's device may take to appear on the host"),
    MTU(
            "enim.mtu",
            "0",
            "MTU of devices in their sandboxes, unless the endpoint's configuration or the cloud says another; 0 keeps"
                    + " the device's own"),
    ADD_TIMEOUT("enim.add.timeout", "60s", "time of an ADD whose caller sets no deadline"),
    DEL_TIMEOUT("enim.del.timeout", "30s", "time of a DEL"),
    UNDO_TIMEOUT("enim.undo.timeout", "20s", "time for undoing a failed ADD, independent of the caller's deadline"),
    GC_INTERVAL(
            "enim.gc.interval",
            "30s",
            "longest time between two rounds of garbage collection; events start one earlier"),
    GC_TIMEOUT("enim.gc.timeout", "2m", "how long a caller of gc waits for the round"),
    GC_AGE("enim.gc.age", "5m", "minimum age of what is collected only because it appears dead or orphaned"),
    MAX_OPERATIONS(
            "enim.max-operations",
            "256",
            "operations running or queued; more are refused with an error that says to try again"),
    SANDBOXES_READY(
            "enim.sandboxes.ready",
            "0",
            "sandboxes kept ready for `EniManager.sandboxes()`; each holds an ENI, so no more than `enim.pool.max`"),
    SANDBOXES_DIR(
            "enim.sandboxes.dir",
            "/run/netns",
            "directory of the namespaces that ENIM makes for sandboxes, by names that begin with `enim-`"),
    CLOSE_TIMEOUT("enim.close.timeout", "20s", "how long close() waits for running operations");

    private final String key;
    private final String defaultText;
    private final String description;

    EniSetting(String key, String defaultText, String description) {
        this.key = key;
        this.defaultText = defaultText;
        this.description = description;
    }

    /** The key as it is written. */
    public String key() {
        return key;
    }

    /** The value when nothing is written; empty means none. */
    public String defaultText() {
        return defaultText;
    }

    /** What it is for, in a line. */
    public String description() {
        return description;
    }
}
