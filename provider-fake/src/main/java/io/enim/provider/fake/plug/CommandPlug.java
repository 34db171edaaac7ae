// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.plug;

import io.enim.MacAddress;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedRegion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attached ENIs of one instance are plugged and unplugged by a command, as on a virtual machine whose hypervisor can be
 * called: {@code COMMAND plug MAC} and {@code COMMAND unplug MAC}. It exits with 0 when that is the state now, also when
 * it was before; otherwise its output is the reason, and it is called again soon.
 */
public final class CommandPlug implements SimulatedRegion.DevicePlug {
    private static final Logger LOG = LoggerFactory.getLogger(CommandPlug.class);
    private static final long RECONCILE_MILLIS = 2000;
    private static final long TIMEOUT_SECONDS = 20;

    private final String command;
    private final String instanceId;
    private final Supplier<List<SimulatedEni>> enis;
    private final ScheduledExecutorService scheduler;
    /** Whether each MAC is plugged in, by the command's last success; without the MACs it failed for. */
    private final Map<MacAddress, Boolean> plugged = new HashMap<>();

    private Future<?> reconciling = CompletableFuture.completedFuture(null);

    /** A plug that runs this file; {@code enis} gives all ENIs of the cloud without a call to it. */
    public CommandPlug(
            String command, String instanceId, Supplier<List<SimulatedEni>> enis, ScheduledExecutorService scheduler) {
        this.command = command;
        this.instanceId = instanceId;
        this.enis = enis;
        this.scheduler = scheduler;
    }

    @Override
    public synchronized void start() {
        reconciling = scheduler.scheduleWithFixedDelay(this::reconcile, 0, RECONCILE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void attached(SimulatedEni eni) {
        setPlugged(eni.mac(), true);
    }

    @Override
    public void detached(SimulatedEni eni) {
        setPlugged(eni.mac(), false);
    }

    /** The cloud is read first: its lock is taken before this plug's, never after. */
    private void reconcile() {
        for (SimulatedEni eni : enis.get()) {
            setPlugged(eni.mac(), eni.isInUseAt(instanceId));
        }
    }

    private synchronized void setPlugged(MacAddress mac, boolean in) {
        if (Boolean.valueOf(in).equals(plugged.get(mac))) {
            return;
        }
        plugged.remove(mac);
        String verb = in ? "plug" : "unplug";
        try {
            ProcessBuilder builder = new ProcessBuilder(command, verb, mac.toString());
            Process process = builder.redirectErrorStream(true).start();
            process.getOutputStream().close();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                LOG.warn("{} {} {} does not end; tried again soon", command, verb, mac);
                return;
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.exitValue() == 0) {
                plugged.put(mac, in);
            } else {
                int status = process.exitValue();
                LOG.warn("{} {} {} exited with {}: {}; tried again soon", command, verb, mac, status, output);
            }
        } catch (IOException e) {
            LOG.warn("{} {} {} cannot be run; tried again soon", command, verb, mac, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.debug("interrupted while {} {} {} ran; the next agent calls it again", command, verb, mac);
        }
    }

    @Override
    public synchronized void close() {
        reconciling.cancel(false);
    }
}
