using System.Text.Json.Nodes;

namespace Vesper.Tests.Query.Filters;

/// <summary>Random payloads and filters that meet often, with every awkward value that the guide speaks of.</summary>
internal sealed class RandomFilters(int seed)
{
    private static readonly string[] Keys = ["a", "b", "c"];

    private static readonly string[] Numbers =
    [
        "0", "-0", "-0.0", "1", "1.0", "1e0", "2", "1.5", "-1.5", "1e3", "1000", "0.1",
        "9007199254740992", "9007199254740993",
        "9007199254740993.0", "-9007199254740993", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
        "18446744073709551615", "1e300", "-1e300", "5e-324",
    ];

    private static readonly string[] Dates =
    [
        "2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00", "2024-01-01T00:00:00.5Z", "2024-02-29T12:30:00-23:59",
        "2023-12-31t23:59:59.9999999z", "0001-01-01 00:00:00Z", "9999-12-31T23:59:59Z",
    ];

    private static readonly string[] Texts =
        ["x", "y", "", "é😀", "1", "true", "2024-01-01", "2024-13-01T00:00:00Z", "2023-02-29T00:00:00Z"];

    private readonly Random _random = new(seed);

    public string Payload() => Object(3);

    public JsonObject Filter() => (JsonObject)JsonNode.Parse(Condition(3))!;

    public string Path() => _random.Next(5) switch
    {
        0 or 1 => Pick(Keys),
        2 or 3 => $"{Pick(Keys)}.{Pick(Keys)}",
        _ => $"{Pick(Keys)}.{Pick(Keys)}.{Pick(Keys)}",
    };

    private string Object(int depth)
    {
        var keys = Keys.Where(_ => _random.Next(4) > 0).ToArray();
        _random.Shuffle(keys);
        return "{" + string.Join(
            _random.Next(3) == 0 ? " , " : ",", keys.Select(key => $"\"{Escaped(key)}\": {Value(depth)}")) + "}";
    }

    private string Value(int depth) => _random.Next(depth > 0 ? 12 : 8) switch
    {
        0 => "null",
        1 => _random.Next(2) == 0 ? "true" : "false",
        2 or 3 => _random.Next(20) == 0 ? "1e999" : Pick(Numbers),
        4 or 5 => $"\"{Escaped(Pick(Texts))}\"",
        6 => $"\"{Escaped(Pick(Dates))}\"",
        7 => "[]",
        8 or 9 => Object(depth - 1),
        _ => "[" + string.Join(",", Enumerable.Range(0, _random.Next(4)).Select(_ => Value(depth - 1))) + "]",
    };

    private string Condition(int depth)
    {
        var key = $"\"key\": \"{Path()}\"";
        return _random.Next(depth > 0 ? 11 : 7) switch
        {
            0 => $$"""{ {{key}}, "match": { "value": {{Operand()}} } }""",
            1 => $$"""{ {{key}}, "match": { "any": {{Operands()}} } }""",
            2 => $$"""{ {{key}}, "match": { "except": {{Operands()}} } }""",
            3 => $$"""{ {{key}}, "range": { {{Bounds(() => Pick(Numbers))}} } }""",
            4 => $$"""{ {{key}}, "range": { {{Bounds(() => $"\"{Pick(Dates)}\"")}} } }""",
            5 => $$"""{ "{{Pick(["exists", "is_empty", "is_null"])}}": { {{key}} } }""",
            6 => $$"""{ "has_id": [{{_random.Next(40)}}, "id {{_random.Next(20)}}"] }""",
            7 => $$"""{ "must": {{Conditions(depth)}}, "must_not": {{Conditions(depth)}} }""",
            8 => $$"""{ "should": {{Conditions(depth)}} }""",
            9 => $$"""{ "must_not": {{Conditions(depth)}} }""",
            _ => $$"""{ "min_should": { "conditions": {{Conditions(depth)}}, "min_count": {{_random.Next(4)}} } }""",
        };
    }

    private string Conditions(int depth) =>
        "[" + string.Join(",", Enumerable.Range(0, _random.Next(5)).Select(_ => Condition(depth - 1))) + "]";

    private string Operand() => _random.Next(6) switch
    {
        0 => _random.Next(2) == 0 ? "true" : "false",
        1 or 2 => Pick(Numbers),
        3 => $"\"{Pick(Dates)}\"",
        _ => $"\"{Pick(Texts)}\"",
    };

    private string Operands() =>
        "[" + string.Join(",", Enumerable.Range(0, _random.Next(4)).Select(_ => Operand())) + "]";

    private string Bounds(Func<string> bound)
    {
        string[] names = ["gt", "gte", "lt", "lte"];
        _random.Shuffle(names);
        return string.Join(",", names.Take(_random.Next(1, 3)).Select(name => $"\"{name}\": {bound()}"));
    }

    private string Escaped(string text) =>
        _random.Next(4) == 0 ? string.Concat(text.Select(static unit => $"\\u{(int)unit:x4}")) : text;

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}
