package io.gangway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.annotations.JsonAdapter;
import com.google.gson.annotations.SerializedName;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import io.gangway.clients.NodeProcess;
import java.io.IOException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.GregorianCalendar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of Java's types in the engine's README, held against the standard Gson and against JavaScript. */
class JavaTypesTest {
    private static final Pattern ROW = Pattern.compile("\\| (.+?) \\| (.+?) \\| (yes|no)[^|]* \\| (.+?) \\|");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private final Gson gson = Json.standard();

    enum Color {
        RED,
        @SerializedName("hell-grün")
        GREEN {
            @Override
            public String toString() {
                return "Green!";
            }
        }
    }

    /** A value of each type that the table names, as its example has it. */
    private record Sample(Type type, Object value, @Nullable Instant moment) {
        Sample(Object value) {
            this(value.getClass(), value, null);
        }
    }

    private static Map<String, List<Sample>> samples() throws Exception {
        Instant instant = Instant.parse("2026-01-02T03:04:05.678901234Z");
        Instant millis = Instant.ofEpochMilli(instant.toEpochMilli());
        OffsetDateTime offset = OffsetDateTime.parse("2026-01-02T03:04+01:00");
        ZonedDateTime zoned = ZonedDateTime.of(2026, 7, 2, 3, 4, 0, 0, ZoneId.of("Europe/Vienna"));
        ZonedDateTime fine = zoned.plusSeconds(5).plusNanos(678_000_000);
        Instant midnight = Instant.parse("2026-01-02T00:00:00Z");
        Map<String, List<Sample>> samples = new LinkedHashMap<>();
        samples.put("Instant", List.of(new Sample(Instant.class, instant, millis)));
        samples.put("OffsetDateTime", List.of(new Sample(OffsetDateTime.class, offset, offset.toInstant())));
        samples.put("ZonedDateTime", List.of(new Sample(ZonedDateTime.class, zoned, zoned.toInstant())));
        samples.put("java.util.Date", List.of(new Sample(Date.class, Date.from(millis), millis)));
        samples.put("Calendar", List.of(new Sample(Calendar.class, GregorianCalendar.from(fine), fine.toInstant())));
        samples.put(
                "GregorianCalendar",
                List.of(new Sample(GregorianCalendar.class, GregorianCalendar.from(fine), fine.toInstant())));
        samples.put("java.sql.Timestamp", List.of(new Sample(Timestamp.class, Timestamp.from(instant), millis)));
        samples.put(
                "java.sql.Date",
                List.of(new Sample(java.sql.Date.class, java.sql.Date.valueOf("2026-01-02"), midnight)));
        samples.put("java.sql.Time", List.of(new Sample(Time.valueOf("03:04:05"))));
        LocalDateTime local = LocalDateTime.parse("2026-01-02T03:04");
        samples.put(
                "LocalDateTime",
                List.of(new Sample(
                        LocalDateTime.class,
                        local,
                        local.atZone(ZoneId.systemDefault()).toInstant())));
        samples.put("LocalDate", List.of(new Sample(LocalDate.class, LocalDate.parse("2026-01-02"), midnight)));
        samples.put("LocalTime", List.of(new Sample(LocalTime.parse("03:04"))));
        samples.put("OffsetTime", List.of(new Sample(OffsetTime.parse("03:04+01:00"))));
        Instant newYear = Instant.parse("2026-01-01T00:00:00Z");
        samples.put("Year", List.of(new Sample(Year.class, Year.of(2026), newYear)));
        samples.put("YearMonth", List.of(new Sample(YearMonth.class, YearMonth.of(2026, 1), newYear)));
        samples.put("MonthDay", List.of(new Sample(MonthDay.of(1, 2))));
        samples.put("Duration", List.of(new Sample(Duration.ofSeconds(90))));
        samples.put("Period", List.of(new Sample(Period.of(0, 1, 15))));
        samples.put("ZoneId", List.of(new Sample(ZoneId.class, ZoneId.of("Europe/Vienna"), null)));
        samples.put("TimeZone", List.of(new Sample(TimeZone.class, TimeZone.getTimeZone("Europe/Vienna"), null)));
        samples.put("ZoneOffset", List.of(new Sample(ZoneOffset.ofHours(1))));
        samples.put(
                "Optional", List.of(new Sample(new TypeToken<Optional<Integer>>() {}.getType(), Optional.of(5), null)));
        samples.put("OptionalInt", List.of(new Sample(OptionalInt.of(5))));
        samples.put("OptionalLong", List.of(new Sample(OptionalLong.of(5))));
        samples.put("OptionalDouble", List.of(new Sample(OptionalDouble.of(5))));
        samples.put(
                "Map.Entry",
                List.of(new Sample(
                        new TypeToken<Map.Entry<String, Integer>>() {}.getType(), Map.entry("key", 5), null)));
        samples.put("an enum", List.of(new Sample(Color.RED)));
        samples.put(
                "Map<Integer, String>",
                List.of(new Sample(new TypeToken<Map<Integer, String>>() {}.getType(), Map.of(1, "one"), null)));
        samples.put("boolean", List.of(new Sample(boolean.class, true, null), new Sample(true)));
        samples.put("byte", List.of(new Sample(byte.class, (byte) 5, null), new Sample((byte) 5)));
        samples.put("short", List.of(new Sample(short.class, (short) 5, null), new Sample((short) 5)));
        samples.put("int", List.of(new Sample(int.class, 5, null), new Sample(5)));
        samples.put("long", List.of(new Sample(long.class, 5L, null), new Sample(5L)));
        samples.put("float", List.of(new Sample(float.class, 5f, null), new Sample(5f)));
        samples.put("double", List.of(new Sample(double.class, 5.0, null), new Sample(5.0)));
        samples.put("BigInteger", List.of(new Sample(new BigInteger("12345678901234567890"))));
        samples.put("BigDecimal", List.of(new Sample(new BigDecimal("12345678901234567890"))));
        samples.put("Number", List.of(new Sample(Number.class, 5L, null)));
        samples.put("char", List.of(new Sample(char.class, 'c', null), new Sample('c')));
        samples.put("String", List.of(new Sample("text")));
        samples.put("UUID", List.of(new Sample(UUID.fromString("0a1b2c3d-0000-4000-8000-0123456789ab"))));
        samples.put("Locale", List.of(new Sample(new Locale("de", "AT"))));
        samples.put("Currency", List.of(new Sample(Currency.getInstance("EUR"))));
        samples.put("URI", List.of(new Sample(URI.create("https://example.com/a?b=c"))));
        samples.put("URL", List.of(new Sample(new URL("https://example.com/a?b=c"))));
        samples.put("InetAddress", List.of(new Sample(InetAddress.class, InetAddress.getByName("192.0.2.7"), null)));
        return samples;
    }

    private record Row(List<String> types, String json, boolean date, String back) {}

    private static List<Row> table() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("README.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                List<String> types = CODE.matcher(row.group(1))
                        .results()
                        .map(type -> type.group(1))
                        .toList();
                rows.add(new Row(
                        types.isEmpty() ? List.of(row.group(1)) : types,
                        row.group(2).replace("`", ""),
                        row.group(3).equals("yes"),
                        row.group(4)));
            }
        }
        return rows;
    }

    @Test
    void theTableIsWhatIsWrittenAndWhatIsRead() throws Exception {
        Map<String, List<Sample>> samples = samples();
        List<String> seen = new ArrayList<>();
        for (Row row : table()) {
            for (String type : row.types()) {
                seen.add(type);
                if (row.json().equals("a binary attachment")) {
                    continue; // TypedHandlerTest has them
                }
                List<Sample> ofType = samples.get(type);
                assertNotNull(ofType, "no sample of " + type);
                for (Sample sample : ofType) {
                    String written = gson.toJson(sample.value(), sample.type());
                    boolean fraction = sample.value() instanceof Double
                            || sample.value() instanceof Float
                            || sample.value() instanceof OptionalDouble;
                    assertEquals(fraction ? row.json() + ".0" : row.json(), written, type);
                    assertEquals(written, gson.toJson(sample.value()), "by its class: " + type);
                    Object back = gson.fromJson(row.json(), sample.type());
                    assertTrue(row.back().startsWith("the same"), row.back());
                    if (row.back().startsWith("the same moment")) {
                        assertEquals(instant(sample.value()), instant(back), type);
                        assertEquals(row.json(), gson.toJson(back, sample.type()), type);
                    } else {
                        assertEquals(sample.value(), back, type);
                    }
                    assertEquals(row.date(), sample.moment() != null, type);
                }
            }
        }
        assertTrue(seen.containsAll(samples.keySet()), "types that the table lacks: " + samples.keySet() + seen);
    }

    private static Instant instant(Object time) {
        return time instanceof Calendar calendar ? calendar.toInstant() : ((ZonedDateTime) time).toInstant();
    }

    @Test
    void javaScriptReadsTheDatesAsTheMomentsTheyAre() throws Exception {
        Map<String, Instant> expected = new LinkedHashMap<>();
        Map<String, List<Sample>> samples = samples();
        for (Row row : table()) {
            if (row.date()) {
                Instant moment = samples.get(row.types().get(0)).get(0).moment();
                expected.put(gson.fromJson(row.json(), String.class), Objects.requireNonNull(moment));
            }
        }
        for (String moment : List.of(
                "1920-01-01T00:00:00+00:19:32",
                "+12345-01-02T00:00:00Z",
                "-0001-01-02T00:00:00Z",
                "0000-01-02T00:00Z")) {
            OffsetDateTime time = OffsetDateTime.parse(moment);
            for (Object form : List.of(
                    time, time.toInstant(), time.toZonedDateTime(), GregorianCalendar.from(time.toZonedDateTime()))) {
                expected.put(gson.fromJson(gson.toJson(form), String.class), time.toInstant());
            }
            if (time.getOffset().getTotalSeconds() == 0) {
                Instant midnight = time.toLocalDate().atStartOfDay().toInstant(ZoneOffset.UTC);
                expected.put(gson.fromJson(gson.toJson(time.toLocalDate()), String.class), midnight);
                YearMonth month = YearMonth.from(time);
                expected.put(
                        gson.fromJson(gson.toJson(month), String.class),
                        month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC));
            }
        }
        BlockingQueue<Map<String, @Nullable Object>> answers = new LinkedBlockingQueue<>();
        try (NodeProcess node = NodeProcess.start("dates.js", answers::add)) {
            for (String text : expected.keySet()) {
                node.send(Map.of("text", text));
                Map<String, @Nullable Object> answer = answers.poll(60, TimeUnit.SECONDS);
                assertNotNull(answer, "Node says nothing of " + text);
                assertEquals(expected.get(text).toEpochMilli(), answer.get("millis"), text);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0000, 0000-05",
        "12, 0012, 0012-05",
        "-1, -000001, -000001-05",
        "12345, +012345, +012345-05",
        "999999, +999999, +999999-05"
    })
    void yearsOfAnyLengthComeBack(int number, String year, String month) {
        assertEquals("\"" + year + "\"", gson.toJson(Year.of(number)));
        assertEquals(Year.of(number), gson.fromJson("\"" + year + "\"", Year.class));
        assertEquals("\"" + month + "\"", gson.toJson(YearMonth.of(number, 5)));
        for (Object time : List.of(
                YearMonth.of(number, 5),
                LocalDate.of(number, 5, 6),
                LocalDateTime.of(number, 5, 6, 7, 8),
                OffsetDateTime.of(number, 5, 6, 7, 8, 9, 10, ZoneOffset.ofHours(-3)),
                OffsetDateTime.of(number, 5, 6, 7, 8, 9, 10, ZoneOffset.UTC).toInstant())) {
            assertEquals(time, gson.fromJson(gson.toJson(time), (Type) time.getClass()));
        }
    }

    @Test
    void whatJavaScriptSendsAsADateIsReadByWhateverHasAMoment() {
        String sent = "\"2026-01-02T03:04:05.678Z\"";
        Instant moment = Instant.parse("2026-01-02T03:04:05.678Z");
        assertEquals(moment, gson.fromJson(sent, Instant.class));
        assertEquals(Date.from(moment), gson.fromJson(sent, Date.class));
        assertEquals(Timestamp.from(moment), gson.fromJson(sent, Timestamp.class));
        assertEquals(moment, gson.fromJson(sent, OffsetDateTime.class).toInstant());
        assertEquals(moment, gson.fromJson(sent, ZonedDateTime.class).toInstant());
        assertEquals(moment, gson.fromJson(sent, Calendar.class).toInstant());
        assertThrows(
                JsonParseException.class, () -> gson.fromJson(sent, LocalDateTime.class), "its offset would be lost");
    }

    @Test
    void momentsAreReadWithAnyOffsetAndWithAZone() {
        Instant moment = Instant.parse("2026-01-02T03:04:00Z");
        for (String text : List.of(
                "2026-01-02T03:04:00Z",
                "2026-01-02T03:04Z",
                "2026-01-02T04:04+01:00",
                "2026-01-02T04:04:00.000+01:00[Europe/Vienna]")) {
            String json = gson.toJson(text);
            assertEquals(moment, gson.fromJson(json, Instant.class), text);
            assertEquals(Date.from(moment), gson.fromJson(json, Date.class), text);
            assertEquals(moment, gson.fromJson(json, ZonedDateTime.class).toInstant(), text);
            assertEquals(moment, gson.fromJson(json, Calendar.class).toInstant(), text);
        }
        assertEquals(
                Instant.parse("2026-01-02T00:00:00Z"),
                gson.fromJson("\"2026-01-02\"", Date.class).toInstant());
    }

    record Holder(
            Optional<String> text,
            OptionalInt number,
            Map.Entry<Color, Optional<Color>> pair,
            Optional<List<Integer>> list,
            @Nullable Date date) {}

    @Test
    void optionalsAndPairsHoldWhateverTheyHold() {
        Holder full = new Holder(
                Optional.of("t"),
                OptionalInt.of(1),
                new AbstractMap.SimpleImmutableEntry<>(Color.GREEN, Optional.of(Color.RED)),
                Optional.of(List.of(1, 2)),
                new Date(0));
        String json = "{\"text\":\"t\",\"number\":1,\"pair\":[\"hell-grün\",\"RED\"],\"list\":[1,2],"
                + "\"date\":\"1970-01-01T00:00:00.000Z\"}";
        assertEquals(json, gson.toJson(full));
        assertEquals(full, gson.fromJson(json, Holder.class));
        Holder empty = new Holder(
                Optional.empty(),
                OptionalInt.empty(),
                new AbstractMap.SimpleImmutableEntry<>(Color.RED, Optional.empty()),
                Optional.empty(),
                null);
        json = "{\"text\":null,\"number\":null,\"pair\":[\"RED\",null],\"list\":null,\"date\":null}";
        assertEquals(json, gson.toJson(empty));
        assertEquals(empty, gson.fromJson(json, Holder.class));
        assertInstanceOf(AbstractMap.SimpleEntry.class, gson.fromJson("[1,2]", AbstractMap.SimpleEntry.class));
        assertEquals("[1,[\"a\",null]]", gson.toJson(Map.entry(1, Arrays.asList("a", null))));
    }

    @Test
    void enumsAreTheirNamesAsKeysToo() {
        assertEquals("\"hell-grün\"", gson.toJson(Color.GREEN));
        assertEquals("{\"hell-grün\":[\"RED\"]}", gson.toJson(Map.of(Color.GREEN, EnumSet.of(Color.RED))));
        TypeToken<EnumMap<Color, EnumSet<Color>>> type = new TypeToken<>() {};
        assertEquals(
                new EnumMap<>(Map.of(Color.GREEN, EnumSet.of(Color.RED))),
                gson.fromJson("{\"hell-grün\":[\"RED\"]}", type));
        assertThrows(JsonParseException.class, () -> gson.fromJson("{\"BLUE\":[]}", type));
        assertThrows(JsonParseException.class, () -> gson.fromJson("{\"RED\":[\"BLUE\"]}", type));
        assertNull(gson.fromJson("null", Color.class));
    }

    record Point(int x, int y) {}

    @Test
    void keysOfMapsComeBack() {
        Map<Object, TypeToken<?>> maps = new LinkedHashMap<>();
        maps.put(Map.of("a", 1), new TypeToken<Map<String, Integer>>() {});
        maps.put(Map.of(1L, 1), new TypeToken<Map<Long, Integer>>() {});
        maps.put(Map.of(true, 1), new TypeToken<Map<Boolean, Integer>>() {});
        maps.put(Map.of(LocalDate.of(2026, 1, 2), 1), new TypeToken<Map<LocalDate, Integer>>() {});
        maps.put(Map.of(new Date(0), 1), new TypeToken<Map<Date, Integer>>() {});
        maps.put(Map.of(new Point(1, 2), new Point(3, 4)), new TypeToken<Map<Point, Point>>() {});
        maps.put(Map.of(Color.GREEN, Map.of(Color.RED, 1)), new TypeToken<Map<Color, Map<Color, Integer>>>() {});
        maps.forEach((map, type) -> {
            String json = gson.toJson(map, type.getType());
            assertEquals(json, gson.toJson(map), "by its class");
            assertEquals(map, gson.fromJson(json, type), json);
        });
    }

    @JsonAdapter(Lenient.Reading.class)
    enum Lenient {
        KNOWN;

        static final class Reading extends TypeAdapter<Lenient> {
            @Override
            public void write(JsonWriter out, Lenient value) throws IOException {
                out.value("known");
            }

            @Override
            public @Nullable Lenient read(JsonReader in) throws IOException {
                return in.nextString().equals("known") ? KNOWN : null;
            }
        }
    }

    @Test
    void anEnumWithAnAdapterOfItsOwnKeepsIt() {
        assertEquals("\"known\"", gson.toJson(Lenient.KNOWN));
        assertEquals(Lenient.KNOWN, gson.fromJson("\"known\"", Lenient.class));
        assertNull(gson.fromJson("\"other\"", Lenient.class));
    }

    static final class Bean {
        int number = 7;
        boolean flag = true;
    }

    @Test
    void nothingIsBentToFit() {
        Map<Type, List<String>> misfits = new LinkedHashMap<>();
        misfits.put(byte.class, List.of("128", "200", "-129", "1.5", "\"x\"", "true", "null", "{}", "1e400"));
        misfits.put(short.class, List.of("32768", "40000", "-32769"));
        misfits.put(int.class, List.of("2147483648", "1.5", "\"\"", "\"1.5\""));
        misfits.put(long.class, List.of("1e19", "1.5", "1e400", "\"x\""));
        misfits.put(double.class, List.of("\"x\"", "\"NaN\"", "null", "[]"));
        misfits.put(boolean.class, List.of("\"yes\"", "\"\"", "\"TRUE\"", "0", "1", "null"));
        misfits.put(char.class, List.of("\"\"", "\"ab\"", "null"));
        misfits.put(int[].class, List.of("[1,null]", "[1.5]"));
        misfits.put(BigInteger.class, List.of("1.5", "\"x\"", "1e1000000000", "1e-1000000000"));
        misfits.put(BigDecimal.class, List.of("\"x\"", "1e1000000000"));
        misfits.put(Number.class, List.of("\"x\"", "\"\"", "\"NaN\"", "\"1d\"", "true", "{}"));
        misfits.put(Color.class, List.of("\"BLUE\"", "\"red\"", "\"GREEN?\"", "5"));
        misfits.put(UUID.class, List.of("\"1-2-3-4-5\"", "\"\"", "5"));
        misfits.put(Locale.class, List.of("\"?\"", "\"en-\""));
        misfits.put(Currency.class, List.of("\"euro\""));
        misfits.put(TimeZone.class, List.of("\"nowhere\""));
        misfits.put(URI.class, List.of("\"a b\""));
        misfits.put(URL.class, List.of("\"nonsense\""));
        misfits.put(InetAddress.class, List.of("\"localhost\"", "\"999.1.1.1\""));
        misfits.put(Date.class, List.of("\"soon\"", "0", "\"2026-02-30\"", "\"Jan 1, 2026\""));
        misfits.put(Bean.class, List.of("{\"number\":null}", "{\"flag\":\"on\"}"));
        misfits.put(Point.class, List.of("{\"x\":null}", "{\"x\":3000000000}"));
        // Not by fromJson(..), which makes the reader lenient.
        misfits.forEach((type, values) -> values.forEach(json -> assertThrows(
                Exception.class,
                () -> gson.getAdapter(TypeToken.get(type)).fromJson(json),
                () -> json + " is taken for a " + type)));
    }

    @Test
    void numbersAreTakenInEveryFormThatJavaScriptHas() {
        assertEquals(41, gson.fromJson("41.0", int.class));
        assertEquals(41, gson.fromJson("\"41\"", int.class));
        assertEquals(100, gson.fromJson("1e2", int.class));
        assertEquals(new BigInteger("1000000000000000000000"), gson.fromJson("1e21", BigInteger.class));
        assertEquals(
                new BigInteger("12345678901234567890"), gson.fromJson("\"12345678901234567890\"", BigInteger.class));
        assertEquals(new BigDecimal("12.50"), gson.fromJson("\"12.50\"", BigDecimal.class));
        assertEquals(true, gson.fromJson("\"true\"", boolean.class));
        assertEquals(Double.POSITIVE_INFINITY, gson.fromJson("1e400", double.class));
    }

    /** In a JVM of its own, whose runtime lacks the module java.sql. */
    @Test
    void aRuntimeMayBeWithoutJavaSql() throws Exception {
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--limit-modules",
                        "java.base,java.logging,java.xml,jdk.unsupported",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WithoutSql.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, java.waitFor(), said);
        assertEquals("[\"1970-01-01T00:00:00.000Z\",5,\"RED\"] without java.sql", said.strip());
    }

    static final class WithoutSql {
        private WithoutSql() {}

        public static void main(String[] arguments) {
            String json = Json.standard().toJson(List.of(new Date(0), Optional.of(5), Color.RED));
            boolean there = ModuleLayer.boot().findModule("java.sql").isPresent();
            System.out.println(json + (there ? " with" : " without") + " java.sql");
        }
    }
}
