// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import com.baidubce.BceClientException;
import com.baidubce.auth.SignOptions;
import com.baidubce.http.Headers;
import com.baidubce.http.HttpMethodName;
import com.baidubce.internal.InternalRequest;
import com.baidubce.services.eni.EniClient;
import com.baidubce.services.eni.model.CreateEniRequest;
import com.baidubce.services.eni.model.EniInstanceOperateRequest;
import com.baidubce.util.DateUtils;
import com.baidubce.util.HttpUtils;
import com.fasterxml.jackson.databind.JsonNode;
import io.enim.PrintableText;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.support.CloudRequest;
import io.enim.provider.support.CredentialsException;
import io.enim.provider.support.ProviderErrors;
import java.net.URI;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The requests to BCE that this adapter makes, one HTTP request each, or one per page. Every failure leaves here as an
 * ENIM error.
 *
 * <p>What changes something goes through the SDK's {@link EniClient}. What reads is read as JSON, since the SDK's models
 * drop the traffic mode, and the quota is none of its calls.
 */
record BceCalls(EniClient client, BceHttp http, URI endpoint) {
    private static final String PAGE = "1000";
    private static final int MAX_PAGES = 1000;

    /**
     * Every ENI of the VPC that the filter takes, over all pages, by id.
     *
     * @param filter {@code instanceId} or {@code name}
     */
    Map<String, JsonNode> list(String vpcId, String filter, String value) {
        CloudRequest cloudRequest = CloudRequest.reading("ListEni", filter + " " + value);
        Map<String, JsonNode> found = new LinkedHashMap<>();
        Set<String> markers = new HashSet<>();
        Map<String, String> parameters = new LinkedHashMap<>(Map.of("vpcId", vpcId, filter, value, "maxKeys", PAGE));
        while (true) {
            JsonNode page = get(cloudRequest, parameters, "v1", "eni");
            if (!page.path("enis").isArray()) {
                throw ProviderErrors.lost(cloudRequest, "the answer has no list of ENIs", null);
            }
            // An ENI that changed between two pages may be on both; the later one is newer.
            page.path("enis").forEach(each -> found.put(requireId(cloudRequest, each), each));
            if (!page.path("isTruncated").asBoolean(false)) {
                return found;
            }
            String next = page.path("nextMarker").asText("");
            // A page that leads back, or to nowhere, is an error: a part must not pass for all.
            if (next.isEmpty() || !markers.add(next) || markers.size() > MAX_PAGES) {
                String why = "page " + (markers.size() + 1) + " leads to '" + PrintableText.brief(next)
                        + "', the list is not complete";
                throw ProviderErrors.lost(cloudRequest, why, null);
            }
            parameters.put("marker", next);
        }
    }

    private static String requireId(CloudRequest cloudRequest, JsonNode eni) {
        String id = eni.path("eniId").asText("");
        if (id.isEmpty()) {
            throw ProviderErrors.lost(cloudRequest, "an ENI of the list has no eniId", null);
        }
        return id;
    }

    /** One ENI; empty when the cloud says that there is none, or none yet. */
    Optional<JsonNode> detail(String eniId) {
        CloudRequest cloudRequest = CloudRequest.reading("GetEniDetail", eniId);
        try {
            JsonNode eni = get(cloudRequest, Map.of(), "v1", "eni", eniId);
            if (!eniId.equals(eni.path("eniId").asText(""))) {
                throw ProviderErrors.lost(cloudRequest, "the answer is about another ENI, or about none", null);
            }
            return Optional.of(eni);
        } catch (RetryableProviderException e) {
            if (e.refusal() == Refusal.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    JsonNode subnet(String subnetId) {
        CloudRequest cloudRequest = CloudRequest.reading("GetSubnet", subnetId);
        JsonNode subnet = get(cloudRequest, Map.of(), "v1", "subnet", subnetId).path("subnet");
        if (!subnet.isObject()) {
            throw ProviderErrors.lost(cloudRequest, "the answer has no subnet", null);
        }
        return subnet;
    }

    /** How many more ENIs the instance may have attached; empty when the answer does not say. */
    OptionalInt availableQuota(String instanceId) {
        CloudRequest cloudRequest = CloudRequest.reading("GetEniQuota", instanceId);
        JsonNode available = get(cloudRequest, Map.of("instanceId", instanceId), "v1", "eni", "quota")
                .path("availableQuantity");
        return available.isInt() ? OptionalInt.of(available.asInt()) : OptionalInt.empty();
    }

    /** How many ENIs the instance may have besides its own; empty when the answer does not say, as for some of bare metal. */
    OptionalInt eniQuota(String instanceId) {
        CloudRequest cloudRequest = CloudRequest.reading("GetInstance", instanceId);
        int quota = get(cloudRequest, Map.of(), "v2", "instance", instanceId)
                .path("instance")
                .path("eniQuota")
                .asInt(0);
        return quota > 0 ? OptionalInt.of(quota) : OptionalInt.empty();
    }

    /** Answers the new ENI's id. */
    String create(CreateEniRequest request) {
        CloudRequest cloudRequest = CloudRequest.changing(
                "CreateEni",
                request.getName() + " in " + request.getSubnetId() + " under token " + request.getClientToken());
        String id = send(cloudRequest, () -> client.createEni(request)).getEniId();
        if (id == null || id.isEmpty()) {
            throw ProviderErrors.lost(cloudRequest, "the answer has no eniId", null);
        }
        return id;
    }

    void attach(String eniId, String instanceId, String token) {
        EniInstanceOperateRequest request = new EniInstanceOperateRequest();
        request.setInstanceId(instanceId);
        request.setEniId(eniId);
        request.setClientToken(token);
        send(CloudRequest.changing("AttachEni", eniId + " to " + instanceId), () -> {
            client.attachEniInstance(request);
            return eniId;
        });
    }

    void detach(String eniId, String instanceId) {
        EniInstanceOperateRequest request = new EniInstanceOperateRequest();
        request.setInstanceId(instanceId);
        request.setEniId(eniId);
        send(CloudRequest.changing("DetachEni", eniId + " from " + instanceId), () -> {
            client.detachEniInstance(request);
            return eniId;
        });
    }

    void delete(String eniId) {
        send(CloudRequest.changing("DeleteEni", eniId), () -> {
            client.deleteEni(eniId);
            return eniId;
        });
    }

    private JsonNode get(CloudRequest cloudRequest, Map<String, String> parameters, String... path) {
        InternalRequest request = new InternalRequest(HttpMethodName.GET, HttpUtils.appendUri(endpoint, path));
        parameters.forEach(request::addParameter);
        request.addHeader(Headers.CONTENT_TYPE, "application/json; charset=utf-8");
        request.addHeader(Headers.DATE, DateUtils.formatRfc822Date(new Date()));
        SignOptions options = new SignOptions();
        options.setHeadersToSign(Set.of("host"));
        request.setSignOptions(options);
        return send(cloudRequest, () -> http.read(request));
    }

    private static <T> T send(CloudRequest cloudRequest, Supplier<T> request) {
        try {
            return request.get();
        } catch (BceClientException | CredentialsException e) {
            throw BceErrors.translate(cloudRequest, e);
        }
    }
}
