package io.enim.benchmarks;

import io.enim.benchmarks.allocator.AllocatorPart;
import io.enim.benchmarks.device.DevicePart;
import io.enim.benchmarks.fleet.FleetPart;
import io.enim.benchmarks.gc.GcPart;
import io.enim.benchmarks.path.PathPart;
import io.enim.benchmarks.report.Page;
import io.enim.benchmarks.report.Result;
import io.enim.benchmarks.start.StartPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs one part and writes its result, or renders the page of all results. {@code benchmarks/run} calls it. */
final class Benchmarks {
    private interface Part {
        Result run(Options options) throws Exception;
    }

    /** In the order of the page. */
    private static final Map<String, Part> PARTS = new LinkedHashMap<>();

    static {
        PARTS.put("allocator", AllocatorPart::run);
        PARTS.put("device", DevicePart::run);
        PARTS.put("path", PathPart::run);
        PARTS.put("start", StartPart::run);
        PARTS.put("gc", GcPart::run);
        PARTS.put("fleet", FleetPart::run);
    }

    private Benchmarks() {}

    public static void main(String... args) throws Exception {
        if (args.length == 3 && args[0].equals("page")) {
            page(Path.of(args[1]), Path.of(args[2]));
            return;
        }
        if (args.length != 3 || !PARTS.containsKey(args[0])) {
            throw new IllegalArgumentException(
                    "arguments are PART RESULTS SIZE or page RESULTS DOCS; parts are " + PARTS.keySet());
        }
        Options options = new Options(args[2].equals("quick"), Path.of(args[1]));
        Result result = PARTS.get(args[0]).run(options);
        result.write(options.directory());
        options.progress(args[0], "done in " + result.seconds() + " s");
        // Some peers' threads would keep this process alive.
        System.exit(0);
    }

    private static void page(Path results, Path docs) throws IOException {
        List<Result> found = new ArrayList<>();
        for (String part : PARTS.keySet()) {
            if (Files.exists(Result.file(results, part))) {
                found.add(Result.read(results, part));
            }
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException("no results in " + results + "; run a part first");
        }
        Page.write(found, docs);
    }
}
