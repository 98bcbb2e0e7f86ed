using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace Vesper.Tests.House;

/// <summary>The public surface of an assembly as text: a line for each type and member, as C# writes them.</summary>
internal static class PublicApi
{
    private static readonly SymbolDisplayFormat MemberFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters
            | SymbolDisplayGenericsOptions.IncludeTypeConstraints | SymbolDisplayGenericsOptions.IncludeVariance,
        memberOptions: SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeContainingType
            | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeConstantValue,
        parameterOptions: SymbolDisplayParameterOptions.IncludeModifiers | SymbolDisplayParameterOptions.IncludeType
            | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue,
        delegateStyle: SymbolDisplayDelegateStyle.NameAndSignature,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        kindOptions: SymbolDisplayKindOptions.IncludeTypeKeyword,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier
            | SymbolDisplayMiscellaneousOptions.AllowDefaultLiteral);

    private static readonly SymbolDisplayFormat TypeFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters
            | SymbolDisplayGenericsOptions.IncludeTypeConstraints | SymbolDisplayGenericsOptions.IncludeVariance,
        parameterOptions: MemberFormat.ParameterOptions,
        delegateStyle: MemberFormat.DelegateStyle,
        kindOptions: MemberFormat.KindOptions,
        miscellaneousOptions: MemberFormat.MiscellaneousOptions);

    private static readonly SymbolDisplayFormat NameFormat = TypeFormat.WithKindOptions(SymbolDisplayKindOptions.None)
        .WithGenericsOptions(SymbolDisplayGenericsOptions.IncludeTypeParameters);

    public static IEnumerable<string> Lines(string assembly)
    {
        var types = Types(Compiler.Symbol(assembly).GlobalNamespace);
        return types.Where(type => IsVisible(type, type.ContainingType))
            .OrderBy(type => type.ToDisplayString(NameFormat), StringComparer.Ordinal)
            .SelectMany(type => Members(type).Order(StringComparer.Ordinal).Prepend(Line(type)));
    }

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container) =>
        container.GetMembers().OfType<INamespaceOrTypeSymbol>().SelectMany(member => member is INamedTypeSymbol type
            ? Types(type).Prepend(type)
            : Types(member));

    private static IEnumerable<string> Members(INamedTypeSymbol type) => type.GetMembers()
        .Where(member => member is not INamedTypeSymbol && IsVisible(member, type) && !IsCompilerMade(member, type))
        .Select(member => "  " + member.ToDisplayString(MemberFormat));

    private static string Line(INamedTypeSymbol type)
    {
        var bases = type.Interfaces.Where(implemented => IsVisible(implemented, null))
            .Select(implemented => implemented.ToDisplayString(NameFormat));
        if (type.BaseType is { SpecialType: SpecialType.None } baseType)
        {
            bases = bases.Prepend(baseType.ToDisplayString(NameFormat));
        }

        var list = string.Join(", ", bases);
        var modifiers = type switch
        {
            { TypeKind: not TypeKind.Class } => "",
            { IsStatic: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsSealed: true } => "sealed ",
            _ => "",
        };
        return $"{modifiers}{type.ToDisplayString(TypeFormat)}{(list.Length > 0 ? " : " + list : "")}";
    }

    private static bool IsVisible(ISymbol symbol, INamedTypeSymbol? container) => symbol.DeclaredAccessibility switch
    {
        Accessibility.Public => symbol.ContainingType is not { } outer || IsVisible(outer, outer.ContainingType),
        Accessibility.Protected or Accessibility.ProtectedOrInternal =>
            container is { IsSealed: false } && IsVisible(container, container.ContainingType),
        _ => false,
    };

    // Accessors stand in their property's line; what a record, an enum or a struct brings along says nothing.
    private static bool IsCompilerMade(ISymbol member, INamedTypeSymbol type) => member switch
    {
        IFieldSymbol field => field.Name == "value__",
        IPropertySymbol property => property.Name == "EqualityContract",
        IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters.Length: 0 } => type.TypeKind != TypeKind.Class,
        IMethodSymbol { AssociatedSymbol: not null } => true,
        IMethodSymbol method => method.GetAttributes().Any(attribute =>
            attribute.AttributeClass?.Name == nameof(CompilerGeneratedAttribute)),
        _ => false,
    };
}
