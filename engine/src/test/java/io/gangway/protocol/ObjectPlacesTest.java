package io.gangway.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonDeserializer;
import com.google.gson.JsonElement;
import com.google.gson.annotations.SerializedName;
import com.google.gson.reflect.TypeToken;
import io.gangway.protocol.Wire.Header;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Binary data where a payload's type says Object, and where it says something that binary data is not. */
class ObjectPlacesTest {
    private static final String P0 = "{\"_placeholder\":true,\"num\":0}";
    private static final String P1 = "{\"num\":1,\"_placeholder\":true}";

    record Upload(String name, Object data, int size) {}

    record Envelope<T>(@SerializedName("body") T content, List<T> more) {}

    record Holder(
            Object[] array,
            Object[][] arrays,
            List<?> list,
            Set<Object> set,
            Map<String, Object> map,
            Optional<Object> optional,
            Map.Entry<String, Object> pair,
            Map<String, List<Upload>> uploads) {}

    static class Base {
        Object inherited;
    }

    static final class Derived extends Base {
        final String name = null;
        private Object own;
        transient Object ignored = "kept";
        Upload upload;
    }

    static final class Bag extends HashMap<String, Object> {
        private static final long serialVersionUID = 1L;
    }

    record Tree(JsonElement tree) {}

    record Flag(boolean on) {}

    record Page(int num) {}

    record Checked(Object data) {
        static int made;

        Checked {
            made++;
            if (data instanceof byte[] bytes && bytes.length > 1) {
                throw new IllegalArgumentException("too much");
            }
        }
    }

    @Test
    void areBytesInFieldsOfRecordsAndClasses() {
        assertEquals("Upload[f, <a>, 1]", read(Upload.class, "{\"name\":\"f\",\"data\":" + P0 + ",\"size\":1}"));
        assertEquals(
                "Upload[f, {k=[<b>]}, 1]",
                read(Upload.class, "{\"name\":\"f\",\"data\":{\"k\":[" + P1 + "]},\"size\":1}"));
        assertEquals("Upload[null, text, 0]", read(Upload.class, "{\"data\":\"text\",\"other\":{\"k\":[" + P0 + "]}}"));
        String derived =
                "{\"name\":\"n\",\"own\":" + P0 + ",\"inherited\":[" + P1 + "],\"upload\":{\"data\":" + P1 + "}}";
        assertEquals("Derived[[<b>], n, <a>, Upload[null, <b>, 0], kept]", read(Derived.class, derived));
    }

    @Test
    void areBytesInAnythingThatHoldsObjects() {
        String json = "{\"array\":[1,%s,[%s]],\"arrays\":[[%s]],\"list\":[%s],\"set\":[%s],\"map\":{\"k\":%s},"
                + "\"optional\":%s,\"pair\":[\"k\",%s],\"uploads\":{\"u\":[{\"data\":%s}]}}";
        assertEquals(
                "Holder[[1, <a>, [<a>]], [[<a>]], [<a>], [<a>], {k=<a>}, Optional[<a>], k=<a>, {u=[Upload[null, <a>, 0]]}]",
                read(Holder.class, json.replace("%s", P0)));
        assertEquals("{k=<a>}", read(Bag.class, "{\"k\":" + P0 + "}"));
        assertEquals("[1, <b>]", read(Object[].class, "[1," + P1 + "]"));
    }

    @Test
    void areBytesWhereATypeVariableStandsForObject() {
        String json = "{\"body\":" + P0 + ",\"more\":[" + P1 + "]}";
        assertEquals("Envelope[<a>, [<b>]]", read(new TypeToken<Envelope<Object>>() {}, json));
        assertEquals("Envelope[<a>, [<b>]]", read(new TypeToken<Envelope<?>>() {}, json));
        assertEquals("Envelope[<a>, [<b>]]", read(new TypeToken<Envelope<byte[]>>() {}, json));
        assertEquals(
                "[Envelope[Upload[null, <a>, 0], null]]",
                read(new TypeToken<List<Envelope<Upload>>>() {}, "[{\"body\":{\"data\":" + P0 + "}}]"));
    }

    @Test
    void arePlaceholdersWhereAnApplicationAsksForTheJson() {
        assertEquals("Tree[{\"_placeholder\":true,\"num\":0}]", read(Tree.class, "{\"tree\":" + P0 + "}"));
        Gson own = new GsonBuilder()
                .registerTypeAdapter(Tree.class, (JsonDeserializer<Tree>) (json, type, context) -> new Tree(json))
                .create();
        assertEquals(
                "Tree[{\"num\":1,\"_placeholder\":true}]",
                shown(elements(Json.withAttachments(own), P1).get(0, TypeToken.get(Tree.class))));
    }

    @Test
    void anApplicationsGsonHasThemAsWell() {
        for (Gson own : List.of(
                new Gson(), new GsonBuilder().enableComplexMapKeySerialization().create())) {
            assertEquals(
                    "Upload[null, {k=<b>}, 0]",
                    shown(elements(Json.withAttachments(own), "{\"data\":{\"k\":" + P1 + "}}")
                            .get(0, TypeToken.get(Upload.class))));
        }
    }

    @Test
    void whatTheConstructorThrowsIsToldAsItsOwn() {
        MisfitException misfit =
                assertThrows(MisfitException.class, () -> read(Checked.class, "{\"data\":" + P1 + "}", "a", "bb"));
        assertEquals("too much", misfit.thrownByConstructor().getMessage());
        Checked.made = 0;
        read(Checked.class, "{\"data\":[1]}");
        assertEquals(1, Checked.made, "constructors called without binary data in the place of an Object");
    }

    @Test
    void areNeverARecordAClassOrAMap() {
        for (String placeholder : List.of(P0, P1)) {
            refused("", "an Upload", Upload.class, placeholder);
            refused("", "a Flag", Flag.class, placeholder);
            refused("", "a Page", Page.class, placeholder);
            refused("", "a Derived", Derived.class, placeholder);
            refused("upload", "an Upload", Derived.class, "{\"own\":1,\"upload\":" + placeholder + "}");
            refused(
                    "uploads[k][1]",
                    "an Upload",
                    Holder.class,
                    "{\"uploads\":{\"k\":[{\"data\":{\"x\":{}}}," + placeholder + "]}}");
            refused("map", "an object", Holder.class, "{\"other\":[{\"k\":{}}],\"map\":" + placeholder + "}");
            refused("", "an object", Bag.class, placeholder);
            refused("", "an object", new TypeToken<Map<String, String>>() {}, placeholder);
            refused("", "an object", new TypeToken<Map<String, Boolean>>() {}, placeholder);
            refused(
                    "[1]",
                    "an object",
                    new TypeToken<List<Map<String, Integer>>>() {},
                    "[{\"a\":1}," + placeholder + "]");
            refused("", "an array", Object[].class, placeholder);
            refused("", "a string", String.class, placeholder);
        }
        assertEquals("{_placeholder=false}", read(new TypeToken<Map<String, String>>() {}, "{\"_placeholder\":false}"));
        assertEquals("[false, true]", read(new TypeToken<List<Boolean>>() {}, "[false,true]"));
        assertEquals("Flag[true]", read(Flag.class, "{\"_placeholder\":false,\"on\":true}"));
    }

    private static void refused(String field, String expected, Class<?> type, String json) {
        refused(field, expected, TypeToken.get(type), json);
    }

    private static void refused(String field, String expected, TypeToken<?> type, String json) {
        MisfitException misfit = assertThrows(MisfitException.class, () -> read(type, json), json);
        assertEquals(
                field + " expects " + expected + ", got binary data",
                misfit.field() + " expects " + misfit.expected() + ", got " + misfit.got());
        assertEquals("binary data", misfit.kind());
    }

    private static String read(Class<?> type, String json, String... attachments) {
        return read(TypeToken.get(type), json, attachments);
    }

    private static String read(TypeToken<?> type, String json, String... attachments) {
        return shown(elements(Json.standard(), json, attachments).get(0, type));
    }

    private static Elements elements(Gson gson, String json, String... attachments) {
        List<ByteBuffer> bytes = new ArrayList<>();
        for (String attachment : attachments.length == 0 ? new String[] {"a", "b"} : attachments) {
            bytes.add(ByteBuffer.wrap(attachment.getBytes(UTF_8)));
        }
        try {
            Wire codec = new Wire(gson, ParserLimits.DEFAULT);
            String text = "62-[" + json + "]";
            Header header = codec.header(text);
            return codec.ack(text, header, bytes);
        } catch (MalformedPacketException malformed) {
            throw new AssertionError(malformed);
        }
    }

    /** As {@code toString()} has it, but for bytes: {@code <text>}. */
    private static String shown(Object value) {
        if (value instanceof byte[] bytes) {
            return "<" + new String(bytes, UTF_8) + ">";
        } else if (value instanceof Object[] array) {
            return shown(List.of(array));
        } else if (value instanceof List<?> || value instanceof Set<?>) {
            return ((java.util.Collection<?>) value)
                    .stream().map(ObjectPlacesTest::shown).toList().toString();
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, String> shown = new HashMap<>();
            map.forEach((key, held) -> shown.put(key, shown(held)));
            return shown.toString();
        } else if (value instanceof Map.Entry<?, ?> pair) {
            return pair.getKey() + "=" + shown(pair.getValue());
        } else if (value instanceof Optional<?> optional) {
            return optional.map(ObjectPlacesTest::shown).toString();
        } else if (value instanceof Derived derived) {
            return "Derived[" + shown(derived.inherited) + ", " + derived.name + ", " + shown(derived.own) + ", "
                    + shown(derived.upload) + ", " + derived.ignored + "]";
        } else if (value instanceof Record record) {
            return shownRecord(record);
        }
        return String.valueOf(value);
    }

    private static String shownRecord(Record record) {
        List<String> values = new ArrayList<>();
        try {
            for (var component : record.getClass().getRecordComponents()) {
                component.getAccessor().setAccessible(true);
                values.add(shown(component.getAccessor().invoke(record)));
            }
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
        return record.getClass().getSimpleName() + values;
    }
}
