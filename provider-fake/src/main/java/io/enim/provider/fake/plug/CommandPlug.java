package io.enim.provider.fake.plug;

import io.enim.MacAddress;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedRegion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attached ENIs of one instance are plugged in and taken out by a command, as on a virtual machine whose hypervisor can
 * be asked: {@code COMMAND plug MAC} and {@code COMMAND unplug MAC}. It exits with 0 when that is so now, also when it
 * was so before; what else it says on its output is the reason why not, and it is asked again soon.
 */
public final class CommandPlug implements SimulatedRegion.DevicePlug, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandPlug.class);
    private static final long RECONCILE_MILLIS = 2000;
    private static final long TIMEOUT_SECONDS = 20;

    private final String command;
    private final String instanceId;
    private final Supplier<List<SimulatedEni>> enis;
    private final ScheduledExecutorService scheduler;
    /** What the command last did for each MAC: whether it is plugged in. A MAC it failed for is not here. */
    private final Map<MacAddress, Boolean> plugged = new HashMap<>();

    private @Nullable Future<?> periodicReconcile;

    /**
     * Makes a plug.
     *
     * @param command the path of an executable file
     * @param enis all ENIs of the cloud, without a call to it
     */
    public CommandPlug(
            String command, String instanceId, Supplier<List<SimulatedEni>> enis, ScheduledExecutorService scheduler) {
        this.command = command;
        this.instanceId = instanceId;
        this.enis = enis;
        this.scheduler = scheduler;
    }

    /** Compares the devices with the cloud now, and from now on. To be called when the cloud knows this plug. */
    public synchronized void start() {
        periodicReconcile =
                scheduler.scheduleWithFixedDelay(this::reconcile, 0, RECONCILE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void attached(SimulatedEni eni, String instance) {
        if (instance.equals(instanceId)) {
            setPlugged(eni.mac(), true);
        }
    }

    @Override
    public void detached(SimulatedEni eni, String instance) {
        if (instance.equals(instanceId)) {
            setPlugged(eni.mac(), false);
        }
    }

    /** The cloud is asked first: its lock is taken before this plug's, never after. */
    private void reconcile() {
        for (SimulatedEni eni : enis.get()) {
            setPlugged(eni.mac(), isHere(eni));
        }
    }

    private boolean isHere(SimulatedEni eni) {
        return eni.state() == SimulatedEni.State.IN_USE
                && eni.attachment()
                        .filter(at -> at.instanceId().equals(instanceId))
                        .isPresent();
    }

    private synchronized void setPlugged(MacAddress mac, boolean in) {
        if (Boolean.valueOf(in).equals(plugged.get(mac))) {
            return;
        }
        plugged.remove(mac);
        String verb = in ? "plug" : "unplug";
        try {
            Process process = new ProcessBuilder(command, verb, mac.toString())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                LOG.warn("{} {} {} does not end; tried again soon", command, verb, mac);
                return;
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.exitValue() == 0) {
                plugged.put(mac, in);
            } else {
                LOG.warn(
                        "{} {} {} exited with {}: {}; tried again soon", command, verb, mac, process.exitValue(), said);
            }
        } catch (IOException e) {
            LOG.warn("{} {} {} cannot be run; tried again soon", command, verb, mac, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.debug("interrupted while {} {} {} ran; the next agent asks again", command, verb, mac);
        }
    }

    /** Asks for nothing more; the devices stay. */
    @Override
    public synchronized void close() {
        if (periodicReconcile != null) {
            periodicReconcile.cancel(false);
        }
    }
}
