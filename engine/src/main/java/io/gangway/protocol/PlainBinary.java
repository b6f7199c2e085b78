package io.gangway.protocol;

import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Converts between attachments and the form of binary data in plain messages: an object whose only member is
 * {@code "$binary"}, with base64 as its value.
 */
final class PlainBinary {
    private static final String NAME = "$binary";

    private PlainBinary() {}

    /** Whether the JSON may contain binary data. */
    static boolean isIn(String json) {
        return json.contains(NAME);
    }

    /** JSON with its placeholders replaced by the attachments themselves. */
    static String inline(JsonBinding binding, String json, List<ByteBuffer> attachments) {
        try (RenumberingReader reader =
                new RenumberingReader(json, attachments, binding.limits().depth(), 0) {
                    @Override
                    Object plainAttachment(int number) {
                        String base64 = Base64.getEncoder().encodeToString(Elements.copy(attachments.get(number)));
                        return new Literal("{\"" + NAME + "\":\"" + base64 + "\"}");
                    }
                }) {
            String array = binding.write(java.util.Collections.singletonList(reader.nextPlain()))
                    .array();
            return array.substring(1, array.length() - 1);
        } catch (IOException impossible) {
            throw new IllegalStateException(JsonBinding.SCANNED, impossible);
        }
    }

    /** The value of scanned JSON, with read-only buffers as its binary data, and numbers as they were written. */
    static @Nullable Object read(String json, int depth) throws MalformedPacketException {
        try (RenumberingReader reader = new RenumberingReader(json, List.of(), depth, 0) {
            @Override
            Object resolvedObject(Map<?, ?> object) {
                return object.size() == 1 && object.containsKey(NAME) ? bytes(object.get(NAME)) : object;
            }
        }) {
            return reader.nextPlain();
        } catch (JsonParseException malformed) {
            throw MalformedPacketException.forbidden(String.valueOf(malformed.getMessage()));
        } catch (IOException impossible) {
            throw new IllegalStateException(JsonBinding.SCANNED, impossible);
        }
    }

    private static ByteBuffer bytes(@Nullable Object base64) {
        if (base64 instanceof String text) {
            try {
                return ByteBuffer.wrap(Base64.getDecoder().decode(text)).asReadOnlyBuffer();
            } catch (IllegalArgumentException malformed) {
                throw new JsonParseException("\"" + NAME + "\" is not base64", malformed);
            }
        }
        throw new JsonParseException("\"" + NAME + "\" is not a string of base64");
    }
}
