using System.Text.Json;

namespace Vesper;

/// <summary>Reads conditions of the form <c>{"key": path, "match" | "range": …}</c>.</summary>
internal static class FieldConditionParser
{
    public static Filter Parse(JsonElement element, FilterPlace place)
    {
        string? path = null;
        JsonProperty? condition = null;
        foreach (var member in element.EnumerateObject())
        {
            if (member.Name == "key")
            {
                path = place.At(member).Path(member.Value);
            }
            else if (member.Name is not ("match" or "range"))
            {
                throw place.At(member).Error("cannot stand beside key: match or range");
            }
            else if (member.Value.ValueKind != JsonValueKind.Null)
            {
                condition = condition is null ? member : throw place.Error("has both match and range");
            }
        }

        var found = condition ?? throw place.Error("needs match or range");
        var inside = place.At(found);
        return found.Name == "match" ? Match(path!, found.Value, inside) : Range(path!, found.Value, inside);
    }

    private static FieldFilter Match(string path, JsonElement element, FilterPlace place)
    {
        place.Require(element, JsonValueKind.Object, "an object with value, any or except");
        foreach (var member in element.EnumerateObject())
        {
            var inside = place.At(member);
            switch (member.Name)
            {
                case "value":
                    return new MatchFilter(path, inside.Value(place.Only(element, member)));
                case "any":
                    return new MatchAnyFilter(path, Values(place.Only(element, member), inside));
                case "except":
                    return new MatchExceptFilter(path, Values(place.Only(element, member), inside));
                default:
                    throw inside.Error("is not known here: value, any or except");
            }
        }

        throw place.Error("needs value, any or except");
    }

    private static List<FilterValue> Values(JsonElement element, FilterPlace place)
    {
        place.Require(element, JsonValueKind.Array, "an array of values");
        LimitExceededException.ThrowIfAbove(
            $"values at {place}", element.GetArrayLength(), Limits.FilterValues, "values");
        var values = new List<FilterValue>();
        foreach (var item in element.EnumerateArray())
        {
            values.Add(place.At(values.Count).Value(item));
        }

        return values;
    }

    private static FieldFilter Range(string path, JsonElement element, FilterPlace place)
    {
        place.Require(element, JsonValueKind.Object, "an object with gt, gte, lt or lte");
        var bounds = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            if (member.Name is not ("gt" or "gte" or "lt" or "lte"))
            {
                throw place.At(member).Error("is not known here: gt, gte, lt or lte");
            }

            if (member.Value.ValueKind != JsonValueKind.Null)
            {
                bounds.Add(member.Name, member.Value);
            }
        }

        if (bounds.Count == 0)
        {
            throw place.Error("needs at least one of gt, gte, lt and lte");
        }

        return bounds.Values.First().ValueKind == JsonValueKind.String
            ? new DateRangeFilter(path, Bounds(bounds, place, DateTime))
            : new RangeFilter(path, Bounds(bounds, place, static (element, place) => place.Number(element)));
    }

    private static RangeBounds<T> Bounds<T>(
        Dictionary<string, JsonElement> bounds, FilterPlace place, Func<JsonElement, FilterPlace, T> read)
        where T : struct, IComparable<T>
    {
        return new RangeBounds<T>(Bound("gt"), Bound("gte"), Bound("lt"), Bound("lte"));

        T? Bound(string name) =>
            bounds.TryGetValue(name, out var element) ? read(element, new FilterPlace($"{place}.{name}")) : null;
    }

    private static long DateTime(JsonElement element, FilterPlace place)
    {
        var text = place.String(element);
        return Rfc3339.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var ticks)
            ? ticks
            : throw place.Error("must be a date-time as in RFC 3339, like 2024-02-29T12:30:00Z");
    }
}
