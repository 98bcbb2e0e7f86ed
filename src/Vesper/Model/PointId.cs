using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Vesper;

/// <summary>What a <see cref="PointId"/> holds. The numbers are stored in files (docs/formats/ids.md).</summary>
public enum PointIdKind : byte
{
    /// <summary>An unsigned 64-bit number.</summary>
    Number = 1,

    /// <summary>A UUID.</summary>
    Uuid = 2,

    /// <summary>A string of 1 to 512 UTF-8 bytes.</summary>
    Text = 3,
}

/// <summary>
/// The id of a point: an unsigned 64-bit number, a UUID, or a string. The canonical text of a UUID (36 characters,
/// lower
/// case, hyphens) is that UUID. Order: numbers, then UUIDs (big-endian), then strings (by UTF-8 bytes).
/// </summary>
/// <remarks>Immutable. The default value is the number 0.</remarks>
public readonly struct PointId : IEquatable<PointId>, IComparable<PointId>
{
    /// <summary>Longest string id in UTF-8 bytes.</summary>
    public const int MaxTextBytes = 512;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly string? _text;
    private readonly UInt128 _value;
    private readonly PointIdKind _kind;

    /// <summary>A numeric id.</summary>
    public PointId(ulong number) => _value = number;

    /// <summary>A UUID id.</summary>
    public PointId(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        _value = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _kind = PointIdKind.Uuid;
    }

    private PointId(PointIdKind kind, UInt128 value)
    {
        _kind = kind;
        _value = value;
    }

    /// <summary>A string id, or the UUID whose canonical text it is.</summary>
    /// <exception cref="ArgumentException">Empty, or not valid Unicode.</exception>
    /// <exception cref="LimitExceededException">Longer than <see cref="MaxTextBytes"/>.</exception>
    public PointId(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        if (TryCanonicalUuid(text, out var uuid))
        {
            this = new PointId(uuid);
            return;
        }

        int bytes;
        try
        {
            bytes = StrictUtf8.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            throw new ArgumentException("A string id must be valid Unicode.", nameof(text));
        }

        LimitExceededException.ThrowIfAbove("id", bytes, MaxTextBytes, "UTF-8 bytes");
        _text = text;
        _kind = PointIdKind.Text;
    }

    /// <summary>What it holds.</summary>
    public PointIdKind Kind => _kind == 0 ? PointIdKind.Number : _kind;

    /// <summary>The number; only for <see cref="PointIdKind.Number"/>.</summary>
    public ulong Number =>
        Kind == PointIdKind.Number ? (ulong)_value : throw new InvalidOperationException("Not a numeric id.");

    /// <summary>The string; only for <see cref="PointIdKind.Text"/>.</summary>
    public string Text => _text ?? throw new InvalidOperationException("Not a string id.");

    /// <summary>The UUID; only for <see cref="PointIdKind.Uuid"/>.</summary>
    public Guid Uuid
    {
        get
        {
            if (Kind != PointIdKind.Uuid)
            {
                throw new InvalidOperationException("Not a UUID id.");
            }

            Span<byte> bytes = stackalloc byte[16];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, _value);
            return new Guid(bytes, bigEndian: true);
        }
    }

    // The number, or the UUID as a big-endian number; 0 for a string.
    internal UInt128 Bits => _value;

    internal static PointId OfUuidBits(UInt128 value) => new(PointIdKind.Uuid, value);

    /// <summary>
    /// Reads what <see cref="ToString"/> writes: digits only are a number, canonical UUID text a UUID, all else a
    /// string.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PointId id)
    {
        id = default;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            id = new PointId(number);
            return true;
        }

        try
        {
            id = new PointId(text);
            return true;
        }
        catch (Exception error) when (error is ArgumentException or LimitExceededException)
        {
            return false;
        }
    }

    // A string id as files and records hold it; the text of a UUID or number is no string id there.
    internal static bool TryFromUtf8(ReadOnlySpan<byte> utf8, out PointId id)
    {
        id = default;
        if (utf8.Length is 0 or > MaxTextBytes || !System.Text.Unicode.Utf8.IsValid(utf8))
        {
            return false;
        }

        id = new PointId(Encoding.UTF8.GetString(utf8));
        return id.Kind == PointIdKind.Text;
    }

    /// <inheritdoc/>
    public bool Equals(PointId other) =>
        Kind == other.Kind && _value == other._value && string.Equals(_text, other._text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PointId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _value, _text);

    /// <inheritdoc/>
    public int CompareTo(PointId other)
    {
        if (Kind != other.Kind)
        {
            return Kind.CompareTo(other.Kind);
        }

        return Kind == PointIdKind.Text ? CompareUtf8(_text!, other._text!) : _value.CompareTo(other._value);
    }

    /// <summary>The number in digits, the UUID's canonical text, or the string.</summary>
    public override string ToString() => Kind switch
    {
        PointIdKind.Number => ((ulong)_value).ToString(CultureInfo.InvariantCulture),
        PointIdKind.Uuid => Uuid.ToString("D"),
        _ => _text!,
    };

    /// <summary>A numeric id.</summary>
    public static implicit operator PointId(ulong number) => new(number);

    /// <summary>A UUID id.</summary>
    public static implicit operator PointId(Guid uuid) => new(uuid);

    /// <summary>A string id.</summary>
    public static implicit operator PointId(string text) => new(text);

    /// <summary>Equality.</summary>
    public static bool operator ==(PointId left, PointId right) => left.Equals(right);

    /// <summary>Inequality.</summary>
    public static bool operator !=(PointId left, PointId right) => !left.Equals(right);

    /// <summary>Order.</summary>
    public static bool operator <(PointId left, PointId right) => left.CompareTo(right) < 0;

    /// <summary>Order.</summary>
    public static bool operator >(PointId left, PointId right) => left.CompareTo(right) > 0;

    /// <summary>Order.</summary>
    public static bool operator <=(PointId left, PointId right) => left.CompareTo(right) <= 0;

    /// <summary>Order.</summary>
    public static bool operator >=(PointId left, PointId right) => left.CompareTo(right) >= 0;

    private static bool TryCanonicalUuid(string text, out Guid uuid) =>
        Guid.TryParseExact(text, "D", out uuid) && string.Equals(uuid.ToString("D"), text, StringComparison.Ordinal);

    // UTF-16 order differs from UTF-8 order only where a surrogate meets a character above it.
    private static int CompareUtf8(string left, string right)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        char a = left[common], b = right[common];
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }
}
