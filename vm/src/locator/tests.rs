use super::*;

#[test]
fn spellings_of_one_host_are_one() {
    for text in
        ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "[::ffff:127.0.0.1]", "127.0.0.1."]
    {
        assert_eq!(host(text).as_deref(), Some("127.0.0.1"), "{text}");
    }
    assert_eq!(host("BÜCHER.example").as_deref(), Some("xn--bcher-kva.example"));
    assert_eq!(host("[2001:DB8::1]").as_deref(), Some("[2001:db8::1]"));
}

#[test]
fn what_is_no_host_is_refused() {
    for text in
        ["", ".", "a..b", "a/b", "a@b", "1.2.3.4.5", "256.1.1.1", "a.1.999", "[::1", "exa mple", "a%b"]
    {
        assert_eq!(host(text), None, "{text}");
    }
    assert_eq!(host(&"a".repeat(64)), None);
}

#[test]
fn urls_have_one_form() {
    let text = |from: &str| url(from).map(|url| url.as_str().to_owned());
    assert_eq!(text("http://a").as_deref(), Some("http://a/"));
    assert_eq!(text("http://a:8080/").as_deref(), Some("http://a:8080/"));
    assert_eq!(text("http://a/x/%2e%2E/y").as_deref(), Some("http://a/y"));
    assert_eq!(text("http://a/../..").as_deref(), Some("http://a/"));
    assert_eq!(text("http://a/é?é#é").as_deref(), Some("http://a/%C3%A9?%C3%A9#%C3%A9"));
    assert_eq!(text("http://[::1]:80/").as_deref(), Some("http://[::1]/"));
    assert_eq!(text("http://a?q").as_deref(), Some("http://a/?q"));
    for bad in [
        "a",
        "http:a",
        "://a",
        "1a://b",
        "http://",
        "http://a:x/",
        "http://a:99999/",
        "http://a b/",
        r"http://a\b",
        "http://u:p@a/",
    ] {
        assert_eq!(text(bad), None, "{bad}");
    }
}

#[test]
fn a_url_reads_as_itself() {
    for from in ["http://a:8080/x//y?z=%41#f?#", "ftp://a/", "https://EXAMPLE.org/%7Eann", "s3://bucket/key"]
    {
        let once = url(from).expect("a URL");
        assert_eq!(url(once.as_str()).as_ref(), Some(&once), "{from}");
    }
}
