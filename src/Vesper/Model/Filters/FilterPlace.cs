using System.Text.Json;

namespace Vesper;

/// <summary>
/// Where in a filter's JSON something stands, as a path from <c>$</c>; makes the errors that name it.
/// </summary>
internal readonly record struct FilterPlace(string Text)
{
    public FilterPlace At(JsonProperty member) => new($"{Text}.{member.Name}");

    public FilterPlace At(int item) => new($"{Text}[{item}]");

    public SchemaException Error(string problem) => new($"filter at {Text}", problem);

    public void Require(JsonElement element, JsonValueKind kind, string expected)
    {
        if (element.ValueKind != kind)
        {
            var found = element.ValueKind switch
            {
                JsonValueKind.True or JsonValueKind.False => "a truth value",
                JsonValueKind.Null => "null",
                JsonValueKind.Number => $"the number {Shown(element)}",
                JsonValueKind.String => "a string",
                JsonValueKind.Array => "an array",
                _ => "an object",
            };
            throw Error($"must be {expected}, not {found}");
        }
    }

    /// <summary>The value of a member that must be its object's only one.</summary>
    public JsonElement Only(JsonElement element, JsonProperty member)
    {
        foreach (var other in element.EnumerateObject())
        {
            if (other.Name != member.Name)
            {
                throw At(other).Error($"cannot stand beside {member.Name}");
            }
        }

        return member.Value;
    }

    /// <summary>A string, checked to be Unicode.</summary>
    public string String(JsonElement element)
    {
        Require(element, JsonValueKind.String, "a string");
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Error("is not valid Unicode");
        }
    }

    /// <summary>A payload path.</summary>
    public string Path(JsonElement element)
    {
        var path = String(element);
        try
        {
            return FieldFilter.Normalize(path);
        }
        catch (SchemaException)
        {
            throw Error($"'{path}' must be keys joined by single dots");
        }
    }

    /// <summary>A finite number.</summary>
    public NumericValue Number(JsonElement element)
    {
        Require(element, JsonValueKind.Number, "a number");
        if (element.TryGetInt64(out var integer))
        {
            return NumericValue.Of(integer);
        }

        return element.TryGetDouble(out var real) && double.IsFinite(real)
            ? NumericValue.Of(real)
            : throw Error($"{Shown(element)} is out of the range of 64-bit floats");
    }

    /// <summary>A value to compare with.</summary>
    public FilterValue Value(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return FilterValue.Of(String(element));
            case JsonValueKind.True:
            case JsonValueKind.False:
                return FilterValue.Of(element.GetBoolean());
            default:
                Require(element, JsonValueKind.Number, "a string, a number or a truth value");
                return new FilterValue(FilterValueKind.Number, null, Number(element), false);
        }
    }

    public override string ToString() => Text;

    private static string Shown(JsonElement element)
    {
        var text = element.GetRawText();
        return text.Length <= 40 ? text : text[..40] + "…";
    }
}
