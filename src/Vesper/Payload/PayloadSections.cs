namespace Vesper.Payloads;

/// <summary>Numbers of the section types that this folder reads and writes (docs/formats/segment-payload.md).</summary>
internal static class PayloadSections
{
    /// <summary>Ids, 24 bytes a row.</summary>
    public const ushort Ids = 16;

    /// <summary>Ordinals sorted by (id, ordinal), 4 bytes a row.</summary>
    public const ushort IdOrder = 17;

    /// <summary>UTF-8 text of the string ids.</summary>
    public const ushort IdText = 18;

    /// <summary>Where each row's payload starts and ends, 8 bytes a row and 8 more.</summary>
    public const ushort PayloadOffsets = 24;

    /// <summary>The payloads' JSON texts, one after another.</summary>
    public const ushort PayloadText = 25;

    /// <summary>One payload index; the key's index is its position in the collection's list.</summary>
    public const ushort PayloadIndex = 32;
}
