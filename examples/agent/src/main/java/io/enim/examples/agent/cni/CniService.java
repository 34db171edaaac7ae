package io.enim.examples.agent.cni;

import static java.util.Objects.requireNonNull;

import io.enim.EniException;
import io.enim.EniManager;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers CNI calls. Safe for concurrent use; a call blocks as long as the manager's own does. Every call is answered:
 * an error is an answer too, and no exception leaves here.
 */
public final class CniService {
    private static final Logger LOG = LoggerFactory.getLogger("io.enim.examples.agent.cni");

    private final Attachments attachments;
    private final Upkeep upkeep;
    private final CniMeter meter;

    /**
     * Begins to serve.
     *
     * @param manager does the work; stays open
     * @param records where to keep which network an attachment belongs to; a directory that ends with the boot
     * @param addTimeout the longest an ADD may take
     * @param meter hears of every call
     * @throws io.enim.LedgerException the directory cannot be used
     */
    public CniService(EniManager manager, Path records, Duration addTimeout, CniMeter meter) {
        requireNonNull(manager, "manager");
        AttachmentRecords networks = new AttachmentRecords(requireNonNull(records, "records"));
        this.attachments = new Attachments(manager, networks, requireNonNull(addTimeout, "addTimeout"));
        this.meter = requireNonNull(meter, "meter");
        this.upkeep = new Upkeep(manager, networks, Clock.systemUTC());
    }

    /** Answers one call. */
    public CniAnswer answer(CniRequest request) {
        long began = System.nanoTime();
        CniAnswer answer = answerOrError(request, began);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        meter.answered(CniCommand.counted(request.command()), answer.code(), took);
        if (answer.isSuccess()) {
            LOG.info("{} ok in {} ms", describe(request), took.toMillis());
        }
        return answer;
    }

    private CniAnswer answerOrError(CniRequest request, long began) {
        CniVersion version = CniVersion.LATEST;
        try {
            if (request.command().equals("VERSION")) {
                return version(request);
            }
            CniCommand command = CniCommand.parse(request.command());
            JsonFields fields = CniJson.read(request.config());
            version = NetworkConfig.version(fields);
            command.requireKnownTo(version);
            NetworkConfig config = NetworkConfig.read(version, fields);
            return switch (command) {
                case ADD -> attachments.add(request, config);
                case DEL -> attachments.del(request);
                case CHECK -> attachments.check(request, config);
                case GC -> upkeep.gc(config);
                case STATUS -> upkeep.status();
            };
        } catch (CniException e) {
            return refuse(request, version, e, began);
        } catch (EniException e) {
            return refuse(request, version, CniErrors.of(e), began);
        } catch (RuntimeException e) {
            LOG.error("{} failed in {} ms", describe(request), millisSince(began), e);
            return CniAnswer.error(
                    version, CniCode.INTERNAL, "the agent failed: " + e, "the agent's log says where; report it");
        }
    }

    private static CniAnswer refuse(CniRequest request, CniVersion version, CniException error, long began) {
        LOG.info(
                "{} failed in {} ms with code {}: {}",
                describe(request),
                millisSince(began),
                error.code().number(),
                Shown.line(String.valueOf(error.getMessage())));
        return CniAnswer.error(version, error.code(), String.valueOf(error.getMessage()), error.details());
    }

    /** The version asked with is repeated, whatever it is: the answer says which ones are spoken. */
    private static CniAnswer version(CniRequest request) {
        Map<String, Object> result = new LinkedHashMap<>();
        String asked = request.config().length == 0
                ? CniVersion.LATEST.text()
                : CniJson.read(request.config()).text("cniVersion").orElse(CniVersion.LATEST.text());
        result.put("cniVersion", asked);
        result.put("supportedVersions", CniVersion.supported());
        return CniAnswer.of(result);
    }

    private static String describe(CniRequest request) {
        String who = request.containerId().isEmpty()
                ? ""
                : " " + Shown.of(request.containerId()) + "/" + Shown.of(request.ifname());
        return "CNI " + Shown.of(request.command()) + who;
    }

    private static long millisSince(long began) {
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }
}
