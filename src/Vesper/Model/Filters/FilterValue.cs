using System.Text;
using System.Text.Json;

namespace Vesper;

/// <summary>What kind of value a match compares with.</summary>
internal enum FilterValueKind : byte
{
    Text = 1,
    Number = 2,
    Bool = 3,
}

/// <summary>A value that a match compares with: a string, a finite number, or a truth value.</summary>
internal readonly record struct FilterValue(FilterValueKind Kind, string? Text, NumericValue Number, bool Bool)
{
    /// <summary>UTF-8 that refuses what is not Unicode.</summary>
    public static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public static FilterValue Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _ = Utf8Of(text);
        return new FilterValue(FilterValueKind.Text, text, default, false);
    }

    public static FilterValue Of(long number) => new(FilterValueKind.Number, null, NumericValue.Of(number), false);

    public static FilterValue Of(double number) => new(FilterValueKind.Number, null, Finite(number), false);

    public static FilterValue Of(bool value) => new(FilterValueKind.Bool, null, default, value);

    /// <summary>A number that JSON can hold.</summary>
    public static NumericValue Finite(double number) => double.IsFinite(number)
        ? NumericValue.Of(number)
        : throw new SchemaException("filter", $"{number} is not a finite number");

    /// <summary>The string in UTF-8.</summary>
    public byte[] ToUtf8() => Utf8Of(Text!);

    public void WriteTo(Utf8JsonWriter writer)
    {
        switch (Kind)
        {
            case FilterValueKind.Text:
                writer.WriteStringValue(Text);
                break;
            case FilterValueKind.Number:
                Number.WriteTo(writer);
                break;
            default:
                writer.WriteBooleanValue(Bool);
                break;
        }
    }

    private static byte[] Utf8Of(string text)
    {
        try
        {
            return StrictUtf8.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw new SchemaException("filter", "a string is not valid Unicode");
        }
    }
}
