package io.gangway.redis.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.redis.RedisCluster;
import io.gangway.redis.RedisEmitter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A valid URL is accepted; of any other the text tells what is wrong, and never its password. */
class RedisUrlTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    redis://my_host:6379            | my_host        | 6379 | 0
                    redis://app_redis_1             | app_redis_1    | 6379 | 0
                    redis://_redis._tcp.example.com | _redis._tcp.example.com | 6379 | 0
                    redis://redis-0.redis.default.svc.cluster.local. | redis-0.redis.default.svc.cluster.local. | 6379 | 0
                    redis://127.0.0.1:1/15          | 127.0.0.1      | 1    | 15
                    redis://[::1]:6380/2            | ::1            | 6380 | 2
                    redis://[::1]                   | ::1            | 6379 | 0
                    redis://[2001:db8::7%25eth0]:65535/ | 2001:db8::7%eth0 | 65535 | 0
                    redis://127.1:6379              | 127.1          | 6379 | 0
                    redis://localhost:              | localhost      | 6379 | 0
                    REDIS://LOCALHOST/0             | LOCALHOST      | 6379 | 0
                    redis://münchen.example:6379    | xn--mnchen-3ya.example | 6379 | 0
                    ' redis://localhost:6379 '      | localhost      | 6379 | 0
                    """)
    void whatLeadsSomewhereIsTaken(String written, String host, int port, int database) {
        RedisUrl url = RedisUrl.parse(written + "\r\n");
        assertEquals(host, url.address().getHost());
        assertEquals(port, url.address().getPort());
        assertEquals(database, url.database());
        assertFalse(url.isTls());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    redis://:pw@host          | ''  | pw
                    redis://ada:p@ss@my_host  | ada | p@ss
                    redis://ada:p%40ss@host   | ada | p@ss
                    redis://ada:a:b@host      | ada | a:b
                    redis://a%3Ab:p%25q@[::1] | a:b | p%q
                    redis://ada:%23%2F%3F@h   | ada | '#/?'
                    redis://ada:1+1%2B1@h     | ada | 1+1+1
                    redis://ada:p%C3%A4@h     | ada | pä
                    rediss://ada:pw@host      | ada | pw
                    """)
    void userAndPasswordAreWhatIsEncoded(String written, String user, String password) {
        RedisUrl url = RedisUrl.parse(written);
        assertEquals(user, url.user());
        assertEquals(password, url.password());
        assertFalse(url.toString().contains(password), url.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    redis://localhost:abc         | has the port "abc", which is not a number from 1 to 65535 | redis://localhost:abc
                    redis://my_host:abc           | has the port "abc"          | redis://my_host:abc
                    redis://localhost:0           | has the port "0"            | redis://localhost:0
                    redis://localhost:65536/1     | has the port "65536"        | redis://localhost:65536/1
                    redis://localhost:-1          | has the port "-1"           | redis://localhost:-1
                    redis://localhost:99999999999 | has the port "99999999999"  | redis://localhost:99999999999
                    redis://:secret@localhost:6379x | has the port "6379x"      | redis://***@localhost:6379x
                    redis://:secret@[::1]:x       | malformed at character 22   | redis://***@[::1]:x
                    redis://default:secret-word   | has the port "***"          | redis://default:***
                    redis://::1:6379              | write an IPv6 address in brackets | redis://::1:6379
                    redis://fe80::1               | write an IPv6 address in brackets | redis://fe80::1
                    redis://:6379                 | has no host                 | redis://:6379
                    redis:///0                    | has no host                 | redis:///0
                    redis://:secret@:6379         | has no host                 | redis://***@:6379
                    redis://:secret@host,other:1  | seeds(..)                   | redis://***@host,other:1
                    redis://:secret@ho;st         | the host "ho;st"            | redis://***@ho;st
                    redis://@host                 | neither a user nor a password | redis://***@host
                    redis://secret@host           | a user, but no password     | redis://***@host
                    redis://:@host                | a user, but no password     | redis://***@host
                    redis://ada:secr%et@host      | malformed at character      | redis://***@host
                    redis://ada:secret@host/one   | the database "one"          | redis://***@host/one
                    redis://ada:secret@host/1/2   | the database "1/2"          | redis://***@host/1/2
                    redis://ada:secret@host/99999999999 | the database "99999999999" | redis://***@host/99999999999
                    redis://ada:secret@host/1@x   | an @ follows the host       | redis://***@x
                    redis://host?password=secret  | a query or fragment         | redis://host?***
                    """)
    void whatIsWrongIsSaidOfTheUrlWithoutItsPassword(String url, String words, String shown) {
        String message = assertThrows(IllegalArgumentException.class, () -> RedisUrl.parse(url))
                .getMessage();
        assertTrue(message.startsWith("the Redis URL"), message);
        assertTrue(message.contains(words), message);
        assertTrue(message.endsWith("it was \"" + shown + "\""), message);
        assertFalse(message.contains("secr"), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    redis:localhost:6379       | // is missing
                    redis:/localhost           | // is missing
                    my_host:6379               | has no scheme
                    127.0.0.1:6379             | has no scheme
                    [::1]:6379                 | has no scheme
                    :secret@localhost          | has no scheme
                    '"redis://localhost"'      | has no scheme
                    ${REDIS_URL}               | has no scheme
                    redis-0:6379               | begins with "redis-0:"
                    tcp://172.17.0.2:6379      | begins with "tcp:"
                    /var/run/redis.sock        | Unix socket
                    unix:///var/run/redis.sock | Unix socket
                    redis+socket:///run/r.sock | Unix socket
                    redis-sentinel://host      | sentinels(..)
                    redis+cluster://host       | seeds(..)
                    ''                         | blank
                    """)
    void withoutItsSchemeAUrlIsRefusedWithAWayOut(String url, String words) {
        String message = assertThrows(IllegalArgumentException.class, () -> RedisUrl.parse(url))
                .getMessage();
        assertTrue(message.contains(words) && message.contains("expected redis://[[user]:password@]host"), message);
        assertFalse(message.contains("secret"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://my_host:abc", "localhost"})
    void seedsAndSentinelsAreHeldToTheSame(String url) {
        assertThrows(IllegalArgumentException.class, () -> RedisCluster.seeds(List.of("redis://host", url)));
        assertThrows(IllegalArgumentException.class, () -> RedisEmitter.sentinels("main", List.of(url)));
    }

    @Test
    void aUrlIsShownAsItCanBeWritten() {
        assertEquals("redis://[::1]:6379", RedisUrl.parse("redis://:pw@[::1]").toString());
        assertEquals(
                "rediss://my_host:7000/3",
                RedisUrl.parse("rediss://my_host:7000/3").toString());
        assertEquals(26_379, RedisUrl.parse("redis://my_host", 26_379).address().getPort());
    }
}
