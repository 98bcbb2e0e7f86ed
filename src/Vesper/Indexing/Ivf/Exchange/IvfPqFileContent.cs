namespace Vesper.Indexing.Ivf.Exchange;

/// <summary>What was trained, and what a file says of itself: everything but the lists.</summary>
internal sealed record IvfPqFileModel
{
    /// <summary>The numbers that the lengths below follow from.</summary>
    public required IvfPqShape Shape { get; init; }

    /// <summary>Coarse centroids, one after the other: lists × dimensions.</summary>
    public required float[] Centroids { get; init; }

    /// <summary>Codebooks, part by part, entry by entry: parts × 2^bits × part dimensions.</summary>
    public required float[] Codebooks { get; init; }

    /// <summary>
    /// The rotation R of residuals before they are encoded, row by row: code = encode((x − c) · R) for row vectors;
    /// null for none.
    /// </summary>
    public float[]? Rotation { get; init; }

    /// <summary>JSON, or null.</summary>
    public string? Metadata { get; init; }

    /// <summary>When the index was built, in Unix seconds.</summary>
    public ulong BuildSeconds { get; init; }

    /// <summary>Checks lengths and numbers of a model that is to be saved.</summary>
    /// <exception cref="ArgumentException">A length does not fit the shape, or a number is not finite.</exception>
    public void Validate()
    {
        if (Shape.Problem is { } problem)
        {
            throw new ArgumentException($"{Shape}: expected {problem}.", nameof(Shape));
        }

        Check(nameof(Centroids), Centroids, Shape.CentroidValues);
        Check(nameof(Codebooks), Codebooks, Shape.CodebookValues);
        if (Rotation is not null)
        {
            Check(nameof(Rotation), Rotation, Shape.RotationValues);
        }
    }

    private static void Check(string name, float[] values, long expected)
    {
        if (values.Length != expected)
        {
            throw new ArgumentException($"{name} has {values.Length} numbers, its shape {expected}.", name);
        }

        int bad = VectorMath.IndexOfNotFinite(values);
        if (bad >= 0)
        {
            throw new ArgumentException($"{name}[{bad}] is {values[bad]}: numbers must be finite.", name);
        }
    }
}

/// <summary>One inverted list.</summary>
/// <param name="Ids">Of the file's own; anywhere in a file an id occurs once.</param>
/// <param name="Codes">Of residuals x − c; as many bytes for each id as there are parts.</param>
internal sealed record IvfPqList(ulong[] Ids, byte[] Codes)
{
    /// <summary>Room for a list.</summary>
    public static IvfPqList OfLength(int count, IvfPqShape shape) =>
        new(new ulong[count], new byte[(long)count * shape.Parts]);
}

/// <summary>
/// A whole exchange file as plain data, independent of any index. What maps ids to a collection's points, and codes to
/// an index, stands above this and sees no bytes of a file.
/// </summary>
/// <param name="Lists">One for each coarse centroid, in their order.</param>
internal sealed record IvfPqFileContent(IvfPqFileModel Model, IvfPqList[] Lists)
{
    /// <summary>Ids in all lists.</summary>
    public long Vectors => Lists.Sum(list => (long)list.Ids.Length);
}
