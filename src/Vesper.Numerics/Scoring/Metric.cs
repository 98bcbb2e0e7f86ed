namespace Vesper;

/// <summary>
/// How the nearness of two vectors is measured. The numbers are stored in files (docs/formats/ids.md).
/// </summary>
public enum Metric : byte
{
    /// <summary>Euclidean distance; smaller is nearer. Inside the engine it stays squared.</summary>
    L2 = 1,

    /// <summary>Inner product; larger is nearer.</summary>
    Dot = 2,

    /// <summary>Cosine similarity; larger is nearer. A zero vector has no direction and is refused.</summary>
    Cosine = 3,

    /// <summary>Sum of absolute differences (L1); smaller is nearer.</summary>
    Manhattan = 4,
}
