package io.enim.systemtests.crash;

import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A bug put in on purpose, to see that the check catches it. */
enum SeededBug {
    /** None. */
    NONE,
    /** The ENI is handed back while its device is still with the tenant: it is not returned to the host, and all is called well. */
    HANDED_BACK_AT_ONCE,
    /** The intent of an ADD is recorded after the device has moved: a death in between finds no record. */
    RECORDED_TOO_LATE;

    static final String KEY = "flaw";

    static SeededBug of(List<String> settings) {
        return Stream.of(values())
                .filter(bug -> settings.contains(KEY + "=" + bug))
                .findFirst()
                .orElse(NONE);
    }

    NetworkDevices wrap(NetworkDevices real) {
        if (this != HANDED_BACK_AT_ONCE) {
            return real;
        }
        return (NetworkDevices) Proxy.newProxyInstance(
                SeededBug.class.getClassLoader(), new Class<?>[] {NetworkDevices.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("returnToHost")) {
                        return new ReturnReport(ReturnReport.Location.HOST, List.of(), List.of());
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** What is not on disk, with this bug, when a process has died. */
    void afterDeath(Path runDirectory) {
        if (this != RECORDED_TOO_LATE) {
            return;
        }
        try (Stream<Path> files = Files.list(runDirectory.resolve("assignments"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (file.toString().endsWith(".new") || Files.readString(file).contains("phase=ADDING")) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
