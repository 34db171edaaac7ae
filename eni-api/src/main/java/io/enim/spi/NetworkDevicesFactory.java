package io.enim.spi;

/** Makes a device layer. Found with {@link java.util.ServiceLoader}. */
public interface NetworkDevicesFactory {
    /** Unique, lower-case: what the setting {@code enim.devices} names. */
    String name();

    /**
     * Makes a device layer over the namespace that the calling thread is in.
     *
     * @throws io.enim.DeviceException this machine cannot do it; says what is missing
     */
    NetworkDevices create();
}
